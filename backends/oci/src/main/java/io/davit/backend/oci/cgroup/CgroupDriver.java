package io.davit.backend.oci.cgroup;

import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.spi.BackendInfo;
import java.util.List;
import java.util.Optional;

/** Who makes control groups, and how their names look. The kubelet and every backend of a node must agree on it. */
public sealed interface CgroupDriver permits CgroupfsDriver, SystemdDriver {
    BackendInfo.CgroupDriver kind();

    /**
     * Where the groups of a pod stand.
     *
     * @param requested {@code cgroup_parent} of the request; empty for our own
     * @throws Fault InvalidRequest for a name in the other driver's form
     */
    CgroupPlace place(String requested, SandboxId id);

    /** The group below which pods without a parent of their own stand. */
    Cgroup ownParent();

    /** Which of our own pods a group directly below {@link #ownParent} belongs to. */
    Optional<SandboxId> sandboxOf(String groupName);

    /** What every call of an OCI runtime needs to know of the driver. */
    List<String> runtimeArguments();

    /**
     * Moves a process that was just started, and has no children yet, out of the daemon's group into one of its own, which
     * is made for it: so it outlives a stop of the daemon's service, and is accounted to its pod.
     *
     * @param group absolute; from {@link CgroupPlace}
     */
    void adopt(long pid, String group);

    /** Deletes a group of ours or around a container, with those below it. Idempotent; fails while there are processes. */
    void remove(Cgroup group);
}
