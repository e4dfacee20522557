package io.davit.backend.oci.cgroup;

import io.davit.backend.oci.files.Ids;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.spi.BackendInfo;
import java.util.List;
import java.util.Optional;

/** We, and the OCI runtimes, write the hierarchy ourselves. */
public final class CgroupfsDriver implements CgroupDriver {
    private final Cgroups cgroups;
    private final String parent;

    /** @param parent below which our own pods' groups stand, absolute */
    public CgroupfsDriver(Cgroups cgroups, String parent) {
        this.cgroups = cgroups;
        this.parent = parent;
    }

    @Override
    public BackendInfo.CgroupDriver kind() {
        return BackendInfo.CgroupDriver.CGROUPFS;
    }

    @Override
    public CgroupPlace place(String requested, SandboxId id) {
        if (requested.isEmpty()) return new CgroupPlace(parent + "/" + id, true, false);
        String path = requested.startsWith("/") ? requested : "/" + requested;
        if (path.endsWith(".slice")) {
            throw Fault.invalid(
                    "linux.cgroup_parent",
                    "'" + requested + "' is a systemd slice, but this node's cgroup driver is cgroupfs; set"
                            + " cgroupDriver: cgroupfs in the kubelet's configuration, or cgroup-driver = \"systemd\""
                            + " in davit's");
        }
        if (path.equals("/") || path.contains("//") || (path + "/").contains("/../")) {
            throw Fault.invalid("linux.cgroup_parent", "not the path of a cgroup: '" + requested + "'");
        }
        return new CgroupPlace(path, false, false);
    }

    @Override
    public Cgroup ownParent() {
        return cgroups.group(parent);
    }

    @Override
    public Optional<SandboxId> sandboxOf(String groupName) {
        return Ids.sandbox(groupName);
    }

    @Override
    public List<String> runtimeArguments() {
        return List.of();
    }

    @Override
    public void adopt(long pid, String group) {
        cgroups.group(group).enter(pid);
    }

    @Override
    public void remove(Cgroup group) {
        group.remove();
    }
}
