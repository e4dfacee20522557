package io.davit.backend.oci.container;

import io.davit.backend.oci.bundle.ResourceLimits;
import io.davit.backend.oci.cgroup.Cgroup;
import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.cgroup.GroupLimits;
import io.davit.backend.oci.host.HostFacts;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.MemoryUsage;
import io.davit.core.domain.Resources;
import io.davit.core.spi.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Changes the limits of a container: all of them, or none. */
final class ResourceChange {
    private final HostFacts host;
    private final ResourceLimits limits;
    private final Commands commands;
    private final Clock clock;

    ResourceChange(HostFacts host, Commands commands, Clock clock) {
        this.host = host;
        this.limits = new ResourceLimits(host.cgroups());
        this.commands = commands;
        this.clock = clock;
    }

    /** @throws Fault Refused for less memory than is in use; Failed with the runtime's words */
    void apply(ContainerId id, ContainerNote note, Resources change) {
        Cgroup group = host.cgroups().group(note.cgroup());
        refuseTooLittleMemory(id, group, change);
        GroupLimits before = group.limits(change);
        ObjectNode json = limits.json(SharedFiles.completed(change, before));
        try {
            update(id, note, group, json, change);
            requireInForce(id, group.limits(change), change);
            if (change.oomScoreAdj() != 0) adjustOomScore(group, host.clampedOomScoreAdj(change.oomScoreAdj()));
        } catch (Fault fault) {
            restore(before, fault);
            throw fault;
        }
    }

    /**
     * crun before 1.8.4 writes the -1 that takes a quota away as a number without a sign, which the kernel refuses
     * (containers/crun 1186); it keeps what it is told nothing about. runc would write the old quota back.
     */
    private void update(ContainerId id, ContainerNote note, Cgroup group, ObjectNode json, Resources change) {
        try {
            note.ociRuntime().update(id, json.toString(), commands);
        } catch (Fault fault) {
            if (change.cpuQuotaMicros() >= 0 || !group.liftQuota()) throw fault;
            json.withObject("cpu").remove("quota");
            note.ociRuntime().update(id, json.toString(), commands);
        }
    }

    private static void restore(GroupLimits before, Fault fault) {
        try {
            before.restore();
        } catch (Fault second) {
            fault.addSuppressed(second);
        }
    }

    /** The kernel of version 2 would take it, and kill the container's processes (cgroup-v2.rst, memory.max). */
    private void refuseTooLittleMemory(ContainerId id, Cgroup group, Resources change) {
        long wanted = change.memoryLimitBytes();
        Optional<MemoryUsage> now = group.usage(clock).memory();
        if (wanted <= 0 || now.isEmpty() || now.get().workingSetBytes() <= wanted) return;
        throw new Fault(new Fault.Kind.Refused(
                "linux.memory_limit_in_bytes of container " + id,
                wanted + " bytes are less than the " + now.get().workingSetBytes() + " it uses now"));
    }

    /** A runtime that did not do what it was told must not make the status lie. */
    private void requireInForce(ContainerId id, GroupLimits now, Resources change) {
        Cgroups cgroups = host.cgroups();
        String memory = now.valueOf(cgroups.pureUnified() ? "memory.max" : "memory.limit_in_bytes");
        long wanted = change.memoryLimitBytes();
        boolean rounded = wanted <= 0 || memory.isEmpty() || isAbout(memory, wanted);
        String cpu = now.valueOf(cgroups.pureUnified() ? "cpu.max" : "cpu.cfs_quota_us");
        boolean quota = change.cpuQuotaMicros() == 0
                || cpu.isEmpty()
                || cpu.split(" ", 2)[0].equals(quotaInForce(change.cpuQuotaMicros(), cgroups));
        if (rounded && quota) return;
        throw Fault.failed(
                "update container " + id,
                "its runtime reports success, but the control group has a memory limit of " + memory
                        + " and a processor quota of " + cpu);
    }

    private static String quotaInForce(long micros, Cgroups cgroups) {
        if (micros > 0) return String.valueOf(micros);
        return cgroups.pureUnified() ? "max" : "-1";
    }

    /** The kernel rounds down to whole pages. */
    private static boolean isAbout(String memory, long wanted) {
        if (!memory.chars().allMatch(Character::isDigit)) return false;
        long difference = wanted - Long.parseLong(memory);
        return difference >= 0 && difference < (1 << 16);
    }

    private static void adjustOomScore(Cgroup group, int score) {
        for (long pid : group.processes()) {
            Path file = Path.of("/proc/" + pid, "oom_score_adj");
            try {
                Files.writeString(file, String.valueOf(score));
            } catch (IOException e) {
                if (Files.exists(file)) throw Fault.failed("write " + score + " to " + file, e);
            }
        }
    }
}
