package io.davit.core.network;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import io.davit.core.spi.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** What {@code davit doctor} says of the pod network; changes nothing and never throws. */
public final class NetworkChecks {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final NetworkSettings settings;
    private final Commands commands;

    public NetworkChecks(NetworkSettings settings, Commands commands) {
        this.settings = settings;
        this.commands = commands;
    }

    /** One finding per part of the network. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        try {
            NetworkList network = new CniConfiguration(settings.cniConfDir()).current();
            findings.add(Finding.ok(
                    "CNI configuration",
                    network.name() + " from " + network.source() + ", written for " + network.newest()));
            network.plugins().forEach(plugin -> findings.add(plugin(plugin)));
        } catch (Fault fault) {
            findings.add(Finding.missing(
                    "CNI configuration", why(fault), "until then only pods on the host's network start"));
        }
        findings.add(firewall());
        return findings;
    }

    private Finding plugin(ObjectNode configured) {
        String type = configured.path("type").asString("");
        CniPlugins plugins = new CniPlugins(settings.cniBinDirs(), LIMIT, commands);
        try {
            String versions = plugins.versions(type).stream()
                    .sorted()
                    .map(CniVersion::toString)
                    .collect(Collectors.joining(", "));
            return Finding.ok("CNI plugin " + type, plugins.require(type) + " speaks " + versions);
        } catch (Fault fault) {
            return Finding.missing(
                    "CNI plugin " + type, why(fault), "until then only pods on the host's network start");
        }
    }

    /** Our texts end with the remedy; what we were doing goes without saying here. */
    private static String why(Fault fault) {
        return fault.kind() instanceof Fault.Kind.Failed failed
                ? failed.why()
                : fault.kind().text();
    }

    /** The plugins bridge (ipMasq), portmap and firewall call it. */
    private Finding firewall() {
        try {
            CommandResult version = commands.run(Command.of(LIMIT, "iptables", "--version"));
            if (version.succeeded())
                return Finding.ok("iptables", version.stdoutText().strip());
            return Finding.warning("iptables", version.complaint(), "see whether iptables runs by hand");
        } catch (Fault fault) {
            return Finding.warning(
                    "iptables",
                    "not found; host ports and masquerading of the CNI plugins need it",
                    "install iptables");
        }
    }
}
