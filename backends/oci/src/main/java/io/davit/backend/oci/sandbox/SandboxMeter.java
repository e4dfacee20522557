package io.davit.backend.oci.sandbox;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.namespaces.NetworkCounters;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.core.domain.NetworkUsage;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Usage;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Optional;

/** Reads what pods use, from the pod's control group and network namespace: microseconds, no runtime is run. */
public record SandboxMeter(VolatileLayout layout, Cgroups cgroups, Clock clock) {
    /** Empty if nothing of the sandbox is there. */
    public Optional<Usage.OfSandbox> usage(SandboxSpec spec) {
        SandboxDirectory directory = new SandboxDirectory(layout.sandbox(spec.id()));
        if (!Files.exists(directory.path())) return Optional.empty();
        // Where the note says, whatever the configuration says now.
        Optional<ResourceUsage> resources = directory
                .note()
                .readIfSound()
                .map(note -> cgroups.group(note.cgroup()).usage(clock));
        return Optional.of(new Usage.OfSandbox(
                resources.orElseGet(() -> ResourceUsage.unknown(clock.instant())), network(spec, directory)));
    }

    private Optional<NetworkUsage> network(SandboxSpec spec, SandboxDirectory directory) {
        if (spec.security().namespaces().hostNetwork() || !directory.usable()) return Optional.empty();
        return Optional.of(NetworkCounters.of(directory.pin(NamespaceKind.NET), clock));
    }
}
