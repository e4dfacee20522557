package io.davit.backend.oci;

import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.host.HostFacts;
import io.davit.backend.oci.host.ProgramSearch;
import io.davit.backend.oci.registry.EnvironmentProxies;
import io.davit.backend.oci.registry.Registries;
import io.davit.backend.oci.runtime.RuntimeProbe;
import io.davit.backend.oci.runtime.RuntimeSearch;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Backend;
import io.davit.core.spi.BackendProvider;
import io.davit.core.spi.Finding;
import io.davit.core.spi.HandlerSettings;
import io.davit.core.spi.HostServices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Opens the OCI backend: {@code backends = ["oci"]}. */
public final class OciProvider implements BackendProvider {
    @Override
    public String name() {
        return "oci";
    }

    @Override
    public Class<OciSettings> settings() {
        return OciSettings.class;
    }

    @Override
    public Backend open(Record settings, List<HandlerSettings> handlers, HostServices host) {
        return OciBackend.open(settings().cast(settings), handlers, host);
    }

    @Override
    public List<String> effects(Record settings) {
        OciSettings oci = settings().cast(settings);
        List<String> lines = new ArrayList<>();
        Registries.chains(oci.registry(), EnvironmentProxies.of(System.getenv()))
                .forEach((registry, chain) -> {
                    lines.add("images of " + registry + " are asked for at:");
                    chain.forEach(place -> lines.add("  " + place));
                });
        return lines;
    }

    @Override
    public List<Finding> diagnose(Record settings, HostServices host) {
        OciSettings oci = settings().cast(settings);
        List<Finding> findings = new ArrayList<>();
        try {
            HostFacts facts = HostFacts.look();
            VolatileLayout layout = new VolatileLayout(host.volatileDirectory());
            findings.addAll(new RuntimeSearch(facts, layout, List.of(), host.commands()).findings(oci.runtimes()));
            RuntimeProbe probe = new RuntimeProbe(host.commands(), facts.kernel());
            findings.add(monitor(oci, probe));
            findings.add(holder(oci));
            findings.add(driver(oci, facts, host));
            findings.add(seccomp(facts));
        } catch (Fault fault) {
            findings.add(Finding.missing("oci", fault.kind().text(), "mend what the line says, and ask again"));
        }
        return findings;
    }

    private static Finding monitor(OciSettings settings, RuntimeProbe probe) {
        Optional<Path> program = ProgramSearch.find(settings.monitor());
        String remedy = "apt-get install conmon";
        if (program.isEmpty()) return Finding.missing("conmon", "not installed", remedy);
        return Finding.ok("conmon", program.get() + " " + probe.version(program.get()));
    }

    private static Finding holder(OciSettings settings) {
        Optional<Path> program = ProgramSearch.find(settings.holder());
        if (program.isPresent()) return Finding.ok("catatonit", program.get().toString());
        return Finding.warning(
                "catatonit", "not installed: pods cannot share a PID namespace", "apt-get install catatonit");
    }

    private static Finding driver(OciSettings settings, HostFacts facts, HostServices host) {
        try {
            String kind =
                    settings.driver(facts.cgroups(), host.commands()).kind().name();
            return Finding.ok("cgroup driver", kind.toLowerCase(Locale.ROOT) + "; the kubelet must have the same");
        } catch (Fault fault) {
            return Finding.missing("cgroup driver", fault.kind().text(), "set oci.cgroup-driver = \"auto\"");
        }
    }

    private static Finding seccomp(HostFacts facts) {
        if (facts.seccomp()) return Finding.ok("seccomp", "filters are there");
        return Finding.warning(
                "seccomp",
                "this kernel has no filters: containers that ask for a profile are refused",
                "use a kernel with CONFIG_SECCOMP_FILTER");
    }
}
