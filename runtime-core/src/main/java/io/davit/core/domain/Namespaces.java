package io.davit.core.domain;

import java.util.List;
import java.util.Optional;

/**
 * Namespaces of a sandbox or container (cri-api NamespaceOption).
 *
 * @param target the container whose PID namespace is joined; present if and only if {@code pid} is TARGET
 */
public record Namespaces(
        NamespaceMode network,
        NamespaceMode pid,
        NamespaceMode ipc,
        Optional<ContainerId> target,
        Optional<UserNamespace> user) {
    /** What the protocol's zero values mean: everything shared within the pod. */
    public static final Namespaces POD =
            new Namespaces(NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD, Optional.empty(), Optional.empty());

    /** A user namespace: mode POD with one mapping of each kind, or NODE with none. */
    public record UserNamespace(NamespaceMode mode, List<IdMapping> uids, List<IdMapping> gids) {
        public UserNamespace {
            uids = List.copyOf(uids);
            gids = List.copyOf(gids);
        }

        /** The only uid mapping of mode POD. */
        public IdMapping uid() {
            return uids.getFirst();
        }

        /** The only gid mapping of mode POD. */
        public IdMapping gid() {
            return gids.getFirst();
        }
    }

    /** The pod's own user namespace; empty if it uses the node's. */
    public Optional<UserNamespace> ownUser() {
        return user.filter(namespace -> namespace.mode() == NamespaceMode.POD);
    }

    public boolean hostNetwork() {
        return network == NamespaceMode.NODE;
    }
}
