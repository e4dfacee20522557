package io.davit.core.query;

import io.davit.core.domain.RuntimeHandler;
import io.davit.core.node.Backends;
import io.davit.core.node.Node;
import io.davit.core.spi.BackendInfo;
import java.util.ArrayList;
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

    /** RuntimeReady, which is the default backend's, NetworkReady, and one more for each other backend in trouble. */
    public List<Condition> conditions() {
        Backends.Named main = node.backends().forHandler(RuntimeHandler.DEFAULT);
        List<Condition> conditions = new ArrayList<>();
        conditions.add(new Condition(
                "RuntimeReady", "BackendNotReady", main.backend().info().trouble()));
        conditions.add(new Condition(
                "NetworkReady", "NetworkPluginNotReady", node.networks().trouble()));
        for (Backends.Named other : node.backends().all()) {
            if (other.name().equals(main.name())) continue;
            other.backend()
                    .info()
                    .trouble()
                    .ifPresent(trouble -> conditions.add(
                            new Condition("BackendReady-" + other.name(), "BackendNotReady", Optional.of(trouble))));
        }
        return conditions;
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

    private List<BackendInfo> infos() {
        return node.backends().all().stream()
                .map(named -> named.backend().info())
                .toList();
    }
}
