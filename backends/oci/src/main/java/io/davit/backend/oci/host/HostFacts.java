package io.davit.backend.oci.host;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.syscall.Capability;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What containers can have on this host.
 *
 * @param bounding the daemon's bounding set of capabilities: nobody it starts gets more
 * @param oomScoreAdj the daemon's own; without CAP_SYS_RESOURCE nothing below it can be given
 * @param apparmor whether the kernel enforces AppArmor profiles
 * @param selinux whether the kernel enforces SELinux labels
 * @param seccomp whether the kernel has seccomp filters
 */
public record HostFacts(
        Set<Capability> bounding,
        Cgroups cgroups,
        int oomScoreAdj,
        boolean apparmor,
        boolean selinux,
        boolean seccomp,
        KernelVersion kernel) {
    private static final Path OOM_SCORE_ADJ = Path.of("/proc/self/oom_score_adj");
    private static final Path APPARMOR = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");
    private static final Path SECCOMP = Path.of("/proc/sys/kernel/seccomp/actions_avail");

    public HostFacts {
        bounding = Set.copyOf(bounding);
    }

    public static HostFacts look() {
        try {
            return new HostFacts(
                    Capability.ownBoundingSet(),
                    Cgroups.of(MountTable.read()),
                    Integer.parseInt(Files.readString(OOM_SCORE_ADJ).strip()),
                    Files.exists(APPARMOR) && Files.readString(APPARMOR).startsWith("Y"),
                    Files.exists(SELINUX),
                    Files.exists(SECCOMP),
                    KernelVersion.running());
        } catch (IOException e) {
            throw Fault.failed("look at the host", e);
        }
    }

    /** What a process can really be given (proc(5), oom_score_adj). */
    public int clampedOomScoreAdj(long requested) {
        long lowest = bounding.contains(Capability.SYS_RESOURCE) ? -1000 : oomScoreAdj;
        return (int) Math.clamp(requested, Math.min(lowest, 1000), 1000);
    }
}
