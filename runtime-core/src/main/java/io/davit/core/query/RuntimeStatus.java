package io.davit.core.query;

import io.davit.core.domain.RuntimeHandler;
import io.davit.core.node.Backends;
import io.davit.core.node.Node;
import io.davit.core.spi.BackendInfo;
import io.davit.core.store.HeldNetwork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the node can run pods, and what its handlers can do. */
public final class RuntimeStatus {
    private final Node node;

    public RuntimeStatus(Node node) {
        this.node = node;
    }

    /**
     * One condition of the node.
     *
     * @param trouble why it does not hold; empty if it does
     */
    public record Condition(String type, String reason, Optional<String> trouble) {}

    /**
     * RuntimeReady, which is the default backend's, and NetworkReady; one more for each other backend in trouble, and one
     * for networks of ended pods that could not be taken down.
     */
    public List<Condition> conditions() {
        Backends.Named main = node.backends().forHandler(RuntimeHandler.DEFAULT);
        List<Condition> conditions = new ArrayList<>();
        conditions.add(new Condition(
                "RuntimeReady", "BackendNotReady", main.backend().info().trouble()));
        // Where every engine does the network itself, there is nothing to wait for.
        Optional<String> network =
                node.backends().needPodNetwork() ? node.networks().trouble() : Optional.empty();
        conditions.add(new Condition("NetworkReady", "NetworkPluginNotReady", network));
        for (Backends.Named other : node.backends().all()) {
            if (other.name().equals(main.name())) continue;
            other.backend()
                    .info()
                    .trouble()
                    .ifPresent(trouble -> conditions.add(
                            new Condition("BackendReady-" + other.name(), "BackendNotReady", Optional.of(trouble))));
        }
        List<HeldNetwork> held = heldNetworks();
        if (!held.isEmpty()) conditions.add(new Condition("PodNetworksReleased", "PodNetworkHeld", held(held)));
        return conditions;
    }

    private static Optional<String> held(List<HeldNetwork> held) {
        HeldNetwork first = held.getFirst();
        return Optional.of("networks of ended pods that could not be taken down: " + held.size() + ", the first of pod "
                + first.spec().name() + ": " + first.why());
    }

    /** Networks of ended pods that could not be taken down, the oldest first; the reconciler goes on trying. */
    public List<HeldNetwork> heldNetworks() {
        return node.store().heldNetworks().stream()
                .sorted(Comparator.comparing(HeldNetwork::since))
                .toList();
    }

    /** Every handler by name, and the default one a second time under the empty name; in a stable order. */
    public List<BackendInfo.Handler> handlers() {
        List<BackendInfo.Handler> all = new ArrayList<>();
        for (BackendInfo info : infos()) {
            all.addAll(info.handlers());
        }
        List<BackendInfo.Handler> shown = new ArrayList<>();
        all.stream()
                .filter(handler -> handler.handler().equals(node.backends().defaultHandler()))
                .forEach(handler -> shown.add(new BackendInfo.Handler(
                        RuntimeHandler.DEFAULT, handler.recursiveReadOnlyMounts(), handler.userNamespaces())));
        shown.addAll(all);
        return shown;
    }

    /** A feature is the node's only if every backend has it: the kubelet does not ask for which handler it holds. */
    public BackendInfo.Features features() {
        List<BackendInfo.Features> each =
                infos().stream().map(BackendInfo::features).toList();
        return new BackendInfo.Features(
                each.stream().allMatch(BackendInfo.Features::supplementalGroupsPolicy),
                each.stream().allMatch(BackendInfo.Features::userNamespacesHostNetwork),
                each.stream().allMatch(BackendInfo.Features::mountOptions));
    }

    /** The driver that all backends agree on. */
    public BackendInfo.CgroupDriver cgroupDriver() {
        return infos().getFirst().cgroupDriver();
    }

    /** Versions of the engines by backend, for people. */
    public Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        infos().forEach(info -> versions.put(info.name(), info.version()));
        return versions;
    }

    /** Where images with short names are looked for, in this order. */
    public List<String> shortNameRegistries() {
        return node.names().registries();
    }

    /** What each backend tells of itself, by backend; those that tell nothing are left out. */
    public Map<String, Map<String, Object>> details() {
        Map<String, Map<String, Object>> details = new LinkedHashMap<>();
        for (Backends.Named named : node.backends().all()) {
            Map<String, Object> told = named.backend().details();
            if (!told.isEmpty()) details.put(named.name(), told);
        }
        return details;
    }

    private List<BackendInfo> infos() {
        return node.backends().all().stream()
                .map(named -> named.backend().info())
                .toList();
    }
}
