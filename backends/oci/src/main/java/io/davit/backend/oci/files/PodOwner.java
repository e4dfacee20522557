package io.davit.backend.oci.files;

import io.davit.core.domain.Namespaces.UserNamespace;
import java.nio.file.Path;

/**
 * Who owns the files of a pod with a user namespace, seen from the host.
 *
 * @param namespace where it is pinned
 * @param mapping of mode POD
 */
public record PodOwner(Path namespace, UserNamespace mapping) {
    /** The host's id of a container's uid. */
    public int uid(long inside) {
        return (int) (mapping.uid().hostId() + inside - mapping.uid().containerId());
    }

    /** The host's id of a container's gid. */
    public int gid(long inside) {
        return (int) (mapping.gid().hostId() + inside - mapping.gid().containerId());
    }
}
