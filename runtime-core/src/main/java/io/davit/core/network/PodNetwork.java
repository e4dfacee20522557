package io.davit.core.network;

import io.davit.core.domain.Fault;
import io.davit.core.domain.NetworkAttachment;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Commands;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Joins pods' network namespaces to the pod network and takes them out again, through CNI. We do not run the plugin
 * {@code loopback}: whoever makes a namespace raises lo. Safe for all threads.
 */
public final class PodNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(PodNetwork.class);

    private static final String INTERFACE = "eth0";

    /** Where the kernel shows our own network namespace; what lies on the same filesystem is a namespace, too. */
    private static final Path OWN_NETNS = Path.of("/proc/self/ns/net");

    /** What follows from the settings. */
    private record Setup(CniConfiguration configuration, CniPlugins plugins, AddressPreference preference) {}

    /**
     * What the plugins said of themselves.
     *
     * @param network the configuration they were asked with: another one may have other plugins
     */
    private record Answer(NetworkList network, Optional<String> trouble) {}

    private final Commands commands;
    /** Attaching shares it; a collection owns it, or it would release what a pod is just getting. */
    private final ReadWriteLock attachments = new ReentrantReadWriteLock(true);

    private volatile Setup setup;
    private volatile Optional<Answer> answer = Optional.empty();
    private volatile List<String> podCidrs = List.of();

    public PodNetwork(NetworkSettings settings, Commands commands) {
        this.commands = commands;
        this.setup = setup(settings, commands);
    }

    private static Setup setup(NetworkSettings settings, Commands commands) {
        return new Setup(
                new CniConfiguration(settings.cniConfDir()),
                new CniPlugins(settings.cniBinDirs(), settings.pluginLimit(), commands),
                settings.ipPreference());
    }

    /** Settings for what is attached from now on. */
    public void reconfigure(NetworkSettings settings) {
        setup = setup(settings, commands);
    }

    /** Address ranges of this node's pods, for networks that ask for them by the capability ipRanges. */
    public void podCidrs(List<String> cidrs) {
        podCidrs = List.copyOf(cidrs);
    }

    /**
     * Why no pod could be attached now; empty when all is well. Looks at a few files, starts no program; what the plugins
     * themselves say is of the last {@link #askStatus}.
     */
    public Optional<String> trouble() {
        Setup now = setup;
        try {
            NetworkList network = now.configuration().current();
            network.plugins().forEach(plugin -> now.plugins().require(type(plugin)));
            return answer.filter(last -> last.network().equals(network)).flatMap(Answer::trouble);
        } catch (Fault fault) {
            return Optional.of(fault.kind().text());
        }
    }

    /** Asks the plugins whether they could attach a pod, where they speak CNI 1.1.0; for {@link #trouble}. */
    public void askStatus() {
        Setup now = setup;
        try {
            NetworkList network = now.configuration().current();
            CniVersion version = agreed(now.plugins(), network);
            if (!version.tellsStatusAndCollects()) return;
            answer = Optional.of(new Answer(network, refusal(ofNode(now, network, version))));
        } catch (Fault _) {
            answer = Optional.empty(); // without a sound configuration trouble() has the reason
        }
    }

    private static Optional<String> refusal(ChainRun run) {
        try {
            run.status();
            return Optional.empty();
        } catch (Fault fault) {
            return Optional.of(fault.kind().text());
        }
    }

    /**
     * Lets the plugins release what they hold for sandboxes that are not there any more, where they speak CNI 1.1.0 and the
     * configuration does not forbid it. Pods are attached before or after, not meanwhile.
     *
     * @param valid asked once nothing is being attached: all sandboxes that may hold anything
     * @throws Fault Failed with the words of every plugin that failed
     */
    public void collect(Supplier<List<SandboxId>> valid) {
        Setup now = setup;
        NetworkList network = now.configuration().current();
        CniVersion version = agreed(now.plugins(), network);
        if (!version.tellsStatusAndCollects() || !network.collects()) return;
        attachments.writeLock().lock();
        try {
            ArrayNode known = JsonMapper.shared().createArrayNode();
            valid.get()
                    .forEach(id ->
                            known.addObject().put("containerID", id.value()).put("ifname", INTERFACE));
            ofNode(now, network, version).collect(known);
        } finally {
            attachments.writeLock().unlock();
        }
    }

    private static ChainRun ofNode(Setup now, NetworkList network, CniVersion version) {
        PluginChain chain = PluginChain.whole(network, version);
        return new ChainRun(now.plugins(), chain, Map.of(), "the pod network " + network.name());
    }

    /**
     * Whether everything that the attachment made is still there, as far as its plugins can tell; nothing is run where its
     * configuration is of before CNI 0.4.0, or forbids it.
     *
     * @throws Fault Failed with the words of the plugin that misses something
     */
    public void check(SandboxSpec sandbox, NetworkAttachment attachment) {
        PluginChain chain = PluginChain.parse(attachment.configuration());
        if (!chain.checks()) return;
        run(setup, chain, sandbox, attachment.interfaceName(), Optional.of(attachment.netns()))
                .check(result(attachment));
    }

    /**
     * Runs ADD of every plugin of the network in order. If one fails, what was begun is deleted again, also when the
     * caller was interrupted.
     *
     * @throws Fault Failed with the words of the plugin, and those of the deletion if that failed, too
     */
    public NetworkAttachment attach(SandboxSpec sandbox, Path netns) {
        attachments.readLock().lock();
        try {
            return attachNow(sandbox, netns);
        } finally {
            attachments.readLock().unlock();
        }
    }

    private NetworkAttachment attachNow(SandboxSpec sandbox, Path netns) {
        Setup now = setup;
        NetworkList network = now.configuration().current();
        Map<String, JsonNode> arguments = CapabilityArguments.of(sandbox, podCidrs);
        tellUnserved(sandbox, network, arguments);
        PluginChain chain = PluginChain.of(network, agreed(now.plugins(), network), arguments);
        ChainRun run = run(now, chain, sandbox, INTERFACE, Optional.of(netns));
        ObjectNode result = run.add();
        try {
            List<InetAddress> addresses = now.preference().apply(CniResult.addresses(chain.name(), result));
            return new NetworkAttachment(addresses, INTERFACE, chain.toJson(), result.toString(), netns);
        } catch (Fault unusable) {
            throw run.undone(Optional.of(result), unusable);
        }
    }

    /**
     * Runs DEL of every plugin in reverse order: with the configuration and result that the attachment kept, or, where
     * an attachment was begun and never completed, with the network as it is configured now. What is gone already is no
     * error.
     *
     * @param netns where attach was begun, if it ever was
     * @throws Fault Failed with the words of every plugin that failed; something may still be held then
     */
    public void detach(SandboxSpec sandbox, Optional<Path> netns, Optional<NetworkAttachment> attachment) {
        Optional<Path> open =
                attachment.map(NetworkAttachment::netns).or(() -> netns).filter(PodNetwork::isNetns);
        Setup now = setup;
        if (attachment.isPresent()) {
            NetworkAttachment done = attachment.get();
            PluginChain chain = PluginChain.parse(done.configuration());
            run(now, chain, sandbox, done.interfaceName(), open).delete(Optional.of(result(done)));
        } else if (netns.isPresent()) {
            begun(now, sandbox, open).ifPresent(run -> run.delete(Optional.empty()));
        }
    }

    /** What may have been begun; a pod must come to its end, also where the node's network was taken away since. */
    private Optional<ChainRun> begun(Setup now, SandboxSpec sandbox, Optional<Path> netns) {
        try {
            return Optional.of(run(now, chain(now, sandbox), sandbox, INTERFACE, netns));
        } catch (Fault fault) {
            if (fault.kind() instanceof Fault.Kind.InvalidRequest) return Optional.empty(); // refused before it began
            LOG.warn(
                    "pod {} of {}: if an address was taken for it, it stays in use: {}",
                    sandbox.id(),
                    sandbox.name(),
                    fault.kind().text());
            return Optional.empty();
        }
    }

    private static ChainRun run(
            Setup now, PluginChain chain, SandboxSpec sandbox, String interfaceName, Optional<Path> netns) {
        Map<String, String> parameters = CniParameters.of(sandbox, interfaceName, netns);
        String what = "the pod network " + chain.name() + " of pod " + sandbox.name();
        return new ChainRun(now.plugins(), chain, parameters, what);
    }

    /** The contract leaves it to the network; who wonders why a port does not answer finds the reason. */
    private static void tellUnserved(SandboxSpec sandbox, NetworkList network, Map<String, JsonNode> arguments) {
        for (String wish : CapabilityArguments.WISHES) {
            if (!arguments.containsKey(wish) || network.serves(wish)) continue;
            LOG.warn(
                    "pod sandbox {} ({}) asks for {} and does not get it: no plugin in {} has that capability",
                    sandbox.id(),
                    sandbox.name(),
                    wish,
                    network.source());
        }
    }

    private PluginChain chain(Setup now, SandboxSpec sandbox) {
        NetworkList network = now.configuration().current();
        return PluginChain.of(network, agreed(now.plugins(), network), CapabilityArguments.of(sandbox, podCidrs));
    }

    /** The newest version of CNI that the network is written for, or an older one, which all its plugins speak. */
    private static CniVersion agreed(CniPlugins plugins, NetworkList network) {
        List<String> types = network.plugins().stream().map(PodNetwork::type).toList();
        return Stream.of(CniVersion.values())
                .filter(version -> version.compareTo(network.newest()) <= 0)
                .filter(version ->
                        types.stream().allMatch(type -> plugins.versions(type).contains(version)))
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> Fault.failed(
                        "setting up the pod network " + network.name(),
                        "its plugins speak no common version of CNI up to " + network.newest() + ": "
                                + types.stream()
                                        .map(type -> type + " " + plugins.versions(type))
                                        .collect(Collectors.joining(", "))));
    }

    /** A path that is there may still be no namespace any more: the file under a mount that was taken away. */
    private static boolean isNetns(Path path) {
        try {
            return Files.getAttribute(path, "unix:dev").equals(Files.getAttribute(OWN_NETNS, "unix:dev"));
        } catch (IOException _) {
            return false; // gone, or not to be opened: the plugins are told that there is none
        }
    }

    private static ObjectNode result(NetworkAttachment attachment) {
        try {
            return (ObjectNode) JsonMapper.shared().readTree(attachment.result());
        } catch (JacksonException | ClassCastException e) {
            throw new Fault(new Fault.Kind.CorruptRecord("of a pod's network result", Fault.reason(e)), e);
        }
    }

    private static String type(ObjectNode plugin) {
        return plugin.path("type").asString("");
    }
}
