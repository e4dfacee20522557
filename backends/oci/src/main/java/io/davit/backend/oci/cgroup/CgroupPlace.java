package io.davit.backend.oci.cgroup;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;

/**
 * Where a pod's control groups stand, in cgroupfs syntax.
 *
 * @param path of the pod's group, absolute
 * @param ours made, and to be removed, by us; a group named by the kubelet is the kubelet's
 */
public record CgroupPlace(String path, boolean ours) {
    private static final String CONTAINER_PREFIX = "davit-";

    /**
     * @param requested {@code cgroup_parent} of the request; empty for our own
     * @param ownParent below which our own groups stand, absolute
     */
    public static CgroupPlace of(String requested, String ownParent, SandboxId id) {
        if (requested.isEmpty()) return new CgroupPlace(ownParent + "/" + id, true);
        String path = requested.startsWith("/") ? requested : "/" + requested;
        if (path.endsWith(".slice")) {
            throw Fault.invalid(
                    "linux.cgroup_parent",
                    "'" + requested + "' is a systemd slice, but this node's cgroup driver is cgroupfs; set"
                            + " cgroupDriver: cgroupfs in the kubelet's configuration");
        }
        if (path.equals("/") || path.contains("//") || (path + "/").contains("/../")) {
            throw Fault.invalid("linux.cgroup_parent", "not the path of a cgroup: '" + requested + "'");
        }
        return new CgroupPlace(path, false);
    }

    /** The group of a container of the pod: {@code cgroupsPath} of its config.json. */
    public String ofContainer(ContainerId id) {
        return path + "/" + CONTAINER_PREFIX + id;
    }
}
