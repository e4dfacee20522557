package io.davit.backend.oci.container;

import io.davit.backend.oci.cgroup.Cgroup;
import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.syscall.FilesystemSize;
import io.davit.core.cgroup.OpenFiles;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Counter;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.spi.Usage;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what containers use, from their control groups: microseconds, no runtime is run and no disk is walked. */
public record ContainerMeter(ContainerLook look, Cgroups cgroups, Roots roots, Clock clock) {
    /** Empty if nothing of the container is there. */
    public Optional<Usage.OfContainer> usage(ContainerId id) {
        Optional<FilesystemUsage> layer = roots.usage(id);
        Optional<ResourceUsage> resources =
                look.directory(id).note().readIfSound().map(note -> ofGroup(cgroups.group(note.cgroup()), layer));
        if (resources.isEmpty() && layer.isEmpty()) return Optional.empty();
        return Optional.of(
                new Usage.OfContainer(resources.orElseGet(() -> ResourceUsage.unknown(clock.instant())), layer));
    }

    private ResourceUsage ofGroup(Cgroup group, Optional<FilesystemUsage> layer) {
        Map<Counter, Long> more = new EnumMap<>(Counter.class);
        Set<Long> processes = group.processes();
        OpenFiles open = OpenFiles.of(processes);
        more.put(Counter.PROCESSES, (long) processes.size());
        more.put(Counter.FILE_DESCRIPTORS, open.descriptors());
        more.put(Counter.SOCKETS, open.sockets());
        layer.ifPresent(usage -> {
            FilesystemSize size = FilesystemSize.of(usage.mountpoint());
            more.put(Counter.FILESYSTEM_BYTES, size.bytes());
            more.put(Counter.FILESYSTEM_INODES, size.inodes());
            more.put(Counter.FILESYSTEM_INODES_FREE, size.freeInodes());
        });
        return group.usage(clock).counting(more);
    }
}
