package io.davit.core.domain;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the processes of one group use together.
 *
 * @param cpu empty if there is no such group, or nobody counts; the others likewise
 * @param io pressure on the disks
 * @param tasks processes and threads
 * @param counters what else the engine counts
 * @param disks by device
 */
public record ResourceUsage(
        Instant sampledAt,
        Optional<CpuUsage> cpu,
        Optional<MemoryUsage> memory,
        Optional<Pressure> io,
        OptionalLong tasks,
        Map<Counter, Long> counters,
        List<DiskTraffic> disks) {
    public ResourceUsage {
        counters = Map.copyOf(counters);
        disks = List.copyOf(disks);
    }

    /** Of an engine that counts nothing else. */
    public ResourceUsage(
            Instant sampledAt,
            Optional<CpuUsage> cpu,
            Optional<MemoryUsage> memory,
            Optional<Pressure> io,
            OptionalLong tasks) {
        this(sampledAt, cpu, memory, io, tasks, Map.of(), List.of());
    }

    /** With more counted. */
    public ResourceUsage counting(Map<Counter, Long> more) {
        Map<Counter, Long> all = new EnumMap<>(Counter.class);
        all.putAll(counters);
        all.putAll(more);
        return new ResourceUsage(sampledAt, cpu, memory, io, tasks, all, disks);
    }

    /** Nothing is known, because nothing runs. */
    public static ResourceUsage unknown(Instant at) {
        return new ResourceUsage(at, Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty());
    }
}
