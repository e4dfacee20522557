package io.davit.core.domain;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the processes of one group use together.
 *
 * @param cpu empty if there is no such group, or nobody counts; the others likewise
 * @param io pressure on the disks
 * @param tasks processes and threads
 */
public record ResourceUsage(
        Instant sampledAt,
        Optional<CpuUsage> cpu,
        Optional<MemoryUsage> memory,
        Optional<Pressure> io,
        OptionalLong tasks) {
    /** Nothing is known, because nothing runs. */
    public static ResourceUsage unknown(Instant at) {
        return new ResourceUsage(at, Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty());
    }
}
