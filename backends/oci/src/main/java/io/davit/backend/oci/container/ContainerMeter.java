package io.davit.backend.oci.container;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.spi.Usage;
import java.time.Clock;
import java.util.Optional;

/** Reads what containers use, from their control groups: microseconds, no runtime is run and no disk is walked. */
public record ContainerMeter(ContainerLook look, Cgroups cgroups, Roots roots, Clock clock) {
    /** Empty if nothing of the container is there. */
    public Optional<Usage.OfContainer> usage(ContainerId id) {
        Optional<FilesystemUsage> layer = roots.usage(id);
        Optional<ResourceUsage> resources = look.directory(id)
                .note()
                .readIfSound()
                .map(note -> cgroups.group(note.cgroup()).usage(clock));
        if (resources.isEmpty() && layer.isEmpty()) return Optional.empty();
        return Optional.of(
                new Usage.OfContainer(resources.orElseGet(() -> ResourceUsage.unknown(clock.instant())), layer));
    }
}
