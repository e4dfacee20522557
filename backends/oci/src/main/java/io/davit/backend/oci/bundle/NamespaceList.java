package io.davit.backend.oci.bundle;

import io.davit.backend.oci.sandbox.SandboxDirectory;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.core.domain.Fault;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The namespaces of a container (linux.namespaces): new ones, those of the pod by their pins, or none for the host's.
 */
final class NamespaceList {
    private static final String FIELD = "linux.security_context.namespace_options.";

    private final Map<NamespaceKind, Optional<Path>> joined = new EnumMap<>(NamespaceKind.class);

    /**
     * What a container gets. Mode POD is whatever the pod has: its own namespace or the node's.
     *
     * @param target the PID namespace that mode TARGET joins
     */
    static NamespaceList of(Namespaces pod, Namespaces container, SandboxDirectory directory, Optional<Path> target) {
        NamespaceList list = new NamespaceList();
        list.joined.put(NamespaceKind.MOUNT, Optional.empty());
        if (pod.ownUser().isPresent()) list.join(NamespaceKind.USER, directory);
        if (container.hostNetwork() && !pod.hostNetwork()) throw mismatch("network", pod.network());
        if (!pod.hostNetwork()) {
            list.join(NamespaceKind.NET, directory);
            list.join(NamespaceKind.UTS, directory);
        }
        list.ipc(pod.ipc(), container.ipc(), directory);
        list.pid(pod.pid(), container.pid(), directory, target);
        return list;
    }

    private void ipc(NamespaceMode pod, NamespaceMode container, SandboxDirectory directory) {
        switch (container) {
            case POD -> shared("ipc", NamespaceKind.IPC, pod, directory);
            case CONTAINER -> joined.put(NamespaceKind.IPC, Optional.empty());
            case NODE -> {
                if (pod != NamespaceMode.NODE) throw mismatch("ipc", pod);
            }
            case TARGET -> throw Fault.invalid(FIELD + "ipc", "TARGET is for pid only");
        }
    }

    private void pid(NamespaceMode pod, NamespaceMode container, SandboxDirectory directory, Optional<Path> target) {
        switch (container) {
            case POD -> shared("pid", NamespaceKind.PID, pod, directory);
            case CONTAINER -> joined.put(NamespaceKind.PID, Optional.empty());
            case NODE -> {
                if (pod != NamespaceMode.NODE) throw mismatch("pid", pod);
            }
            case TARGET ->
                joined.put(
                        NamespaceKind.PID,
                        Optional.of(target.orElseThrow(
                                () -> Fault.invalid(FIELD + "target_id", "that container does not run"))));
        }
    }

    private void shared(String field, NamespaceKind kind, NamespaceMode pod, SandboxDirectory directory) {
        switch (pod) {
            case POD -> join(kind, directory);
            case NODE -> {
                // The node's own, which needs no entry.
            }
            case CONTAINER, TARGET -> throw mismatch(field, pod);
        }
    }

    private static Fault mismatch(String field, NamespaceMode pod) {
        return Fault.invalid(FIELD + field, "the pod was made with mode " + pod + ", which does not allow that");
    }

    private void join(NamespaceKind kind, SandboxDirectory directory) {
        joined.put(kind, Optional.of(directory.pin(kind)));
    }

    void addCgroup() {
        joined.put(NamespaceKind.CGROUP, Optional.empty());
    }

    /** Whether the container's first process takes all others with it when it ends. */
    boolean ownPid() {
        return joined.containsKey(NamespaceKind.PID)
                && joined.get(NamespaceKind.PID).isEmpty();
    }

    boolean has(NamespaceKind kind) {
        return joined.containsKey(kind);
    }

    void addTo(ObjectNode linux) {
        ArrayNode namespaces = linux.withArray("namespaces");
        joined.forEach((kind, path) -> {
            ObjectNode namespace = namespaces.addObject().put("type", kind.specType());
            path.ifPresent(value -> namespace.put("path", value.toString()));
        });
    }
}
