package io.davit.backend.oci.cgroup;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.SandboxId;

/**
 * Where a pod's control groups stand. Container, monitor and holder have one each, side by side, as version 2 allows
 * processes in leaves only.
 *
 * @param path of the pod's group, absolute
 * @param ours made, and to be removed, by us; a group named by the kubelet is the kubelet's
 * @param scopes whether the groups in it are systemd's scopes
 */
public record CgroupPlace(String path, boolean ours, boolean scopes) {
    private static final String PREFIX = "davit";
    private static final String SCOPE = ".scope";

    /** The group of a container of the pod. */
    public String ofContainer(ContainerId id) {
        return scopes ? around(id) + "/" + PREFIX + "-" + id + SCOPE : below(PREFIX + "-" + id);
    }

    /**
     * A group that outlives the container's processes, and counts what the kernel did to them: systemd deletes a scope as
     * soon as it is empty, and with it the word that memory ran out. So each scope has a slice to itself.
     */
    public String around(ContainerId id) {
        return scopes ? path + "/" + slice(id) : ofContainer(id);
    }

    private String slice(ContainerId id) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.substring(0, name.length() - SliceName.ENDING.length()) + "-" + id + SliceName.ENDING;
    }

    /** The same as {@code cgroupsPath} of config.json names it (runc, docs/systemd.md; crun(1)). */
    public String inConfig(ContainerId id) {
        if (!scopes) return ofContainer(id);
        return slice(id) + ":" + PREFIX + ":" + id;
    }

    /** The group of a container's monitor. */
    public String ofMonitor(ContainerId id) {
        return below(PREFIX + "-conmon-" + id);
    }

    /** The group of the process that holds the pod's PID namespace. */
    public String ofHolder(SandboxId id) {
        return below(PREFIX + "-holder-" + id);
    }

    private String below(String name) {
        return path + "/" + name + (scopes ? SCOPE : "");
    }
}
