package io.davit.backend.docker.sandbox;

import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;

/**
 * What Docker is given as the parent of a pod's control groups.
 *
 * @param systemd whether Docker's driver is systemd; else it is cgroupfs
 * @param ownParent below which the groups of pods stand whose request names none, e.g. /davit
 */
public record CgroupParents(boolean systemd, String ownParent) {
    private static final String SLICE = ".slice";

    /** A path for cgroupfs; the name of a slice for systemd, which wants nothing but the last element of the path. */
    public String of(SandboxSpec spec) {
        String requested = spec.cgroupParent();
        if (requested.isEmpty()) return own(spec.id());
        String path = requested.startsWith("/") ? requested : "/" + requested;
        if (path.equals("/") || path.contains("//") || (path + "/").contains("/../")) {
            throw Fault.invalid("linux.cgroup_parent", "not the path of a cgroup: '" + requested + "'");
        }
        if (systemd == path.endsWith(SLICE)) {
            return systemd ? path.substring(path.lastIndexOf('/') + 1) : path;
        }
        throw Fault.invalid(
                "linux.cgroup_parent",
                "'" + requested + "' does not fit Docker's cgroup driver, which is "
                        + (systemd ? "systemd" : "cgroupfs")
                        + "; set cgroupDriver in the kubelet's configuration, or native.cgroupdriver in daemon.json,"
                        + " so that both are the same");
    }

    private String own(SandboxId id) {
        if (systemd) return ownParent.substring(1).replace('/', '-') + "-" + id + SLICE;
        return ofOwn(id);
    }

    /** The group that is ours to delete with the pod; systemd deletes its own. */
    String ofOwn(SandboxId id) {
        return ownParent + "/" + id;
    }
}
