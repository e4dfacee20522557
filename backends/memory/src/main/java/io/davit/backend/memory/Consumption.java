package io.davit.backend.memory;

import io.davit.core.domain.CpuUsage;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.MemoryUsage;
import io.davit.core.domain.NetworkUsage;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.spi.Sighting.RunningContainer;
import io.davit.core.spi.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What the engine's imaginary processes use: each a thousandth of a core and always the same memory. */
final class Consumption {
    static final long CORE_SHARE = 1000;
    static final long USED_BYTES = 4 << 20;
    static final long WORKING_SET_BYTES = 3 << 20;
    static final long RESIDENT_BYTES = 2 << 20;
    private static final long PAGE_FAULTS = 100;

    private Consumption() {}

    /** @param filesystem of the writable layers, into which nobody ever writes */
    static Usage.OfContainer of(MemoryContainer container, Instant now, Path filesystem) {
        return new Usage.OfContainer(
                resources(container, now), Optional.of(new FilesystemUsage(now, filesystem, 0, 0)));
    }

    private static ResourceUsage resources(MemoryContainer container, Instant now) {
        if (!(container.seen() instanceof RunningContainer running)) return ResourceUsage.unknown(now);
        Duration used = Duration.between(running.startedAt(), now).dividedBy(CORE_SHARE);
        long limit = container.limits().memoryLimitBytes();
        OptionalLong available =
                limit > 0 ? OptionalLong.of(Math.max(0, limit - WORKING_SET_BYTES)) : OptionalLong.empty();
        return new ResourceUsage(
                now,
                Optional.of(new CpuUsage(now, used, Optional.empty())),
                Optional.of(memory(now, 1, available)),
                Optional.empty(),
                OptionalLong.of(1));
    }

    /** The pod's own limit is nobody's business here. */
    static Usage.OfSandbox of(MemorySandbox sandbox, List<MemoryContainer> all, Instant now) {
        List<ResourceUsage> parts = all.stream()
                .filter(container -> container.spec().sandbox().equals(sandbox.id()))
                .map(container -> resources(container, now))
                .filter(usage -> usage.cpu().isPresent())
                .toList();
        Duration used =
                parts.stream().map(usage -> usage.cpu().orElseThrow().used()).reduce(Duration.ZERO, Duration::plus);
        ResourceUsage together = new ResourceUsage(
                now,
                Optional.of(new CpuUsage(now, used, Optional.empty())),
                Optional.of(memory(now, parts.size(), OptionalLong.empty())),
                Optional.empty(),
                OptionalLong.of(parts.size()));
        return new Usage.OfSandbox(together, network(sandbox, now));
    }

    private static MemoryUsage memory(Instant now, long processes, OptionalLong availableBytes) {
        return new MemoryUsage(
                now,
                processes * USED_BYTES,
                processes * WORKING_SET_BYTES,
                availableBytes,
                processes * RESIDENT_BYTES,
                processes * PAGE_FAULTS,
                0,
                Optional.empty(),
                Optional.empty());
    }

    /** An interface over which nothing ever goes. */
    private static Optional<NetworkUsage> network(MemorySandbox sandbox, Instant now) {
        if (sandbox.spec().security().namespaces().hostNetwork()) return Optional.empty();
        return Optional.of(new NetworkUsage(now, List.of(new NetworkUsage.Interface("eth0", 0, 0, 0, 0))));
    }
}
