package io.davit.core.query;

import io.davit.core.domain.Counter;
import io.davit.core.domain.CpuUsage;
import io.davit.core.domain.DiskTraffic;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.MemoryUsage;
import io.davit.core.domain.Pressure;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.domain.Resources;
import io.davit.core.machine.ContainerState;
import io.davit.core.spi.Usage;
import io.davit.core.store.ContainerRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The metrics of one container, out of its last sample. Pure. */
final class ContainerMetrics {
    /** The kernel's, where none was asked for (kernel, sched-bwc.rst). */
    private static final long CPU_PERIOD_MICROS = 100_000;

    private static final long CPU_SHARES = 1024;

    private static final Map<Counter, MetricFamily> PLAIN = Map.ofEntries(
            Map.entry(Counter.QUOTA_PERIODS, MetricFamily.CPU_CFS_PERIODS_TOTAL),
            Map.entry(Counter.QUOTA_THROTTLED_PERIODS, MetricFamily.CPU_CFS_THROTTLED_PERIODS_TOTAL),
            Map.entry(Counter.MEMORY_CACHE_BYTES, MetricFamily.MEMORY_CACHE),
            Map.entry(Counter.MEMORY_KERNEL_BYTES, MetricFamily.MEMORY_KERNEL_USAGE),
            Map.entry(Counter.MEMORY_MAPPED_FILE_BYTES, MetricFamily.MEMORY_MAPPED_FILE),
            Map.entry(Counter.MEMORY_ACTIVE_FILE_BYTES, MetricFamily.MEMORY_TOTAL_ACTIVE_FILE_BYTES),
            Map.entry(Counter.MEMORY_INACTIVE_FILE_BYTES, MetricFamily.MEMORY_TOTAL_INACTIVE_FILE_BYTES),
            Map.entry(Counter.MEMORY_LIMIT_HITS, MetricFamily.MEMORY_FAILCNT),
            Map.entry(Counter.OOM_KILLS, MetricFamily.OOM_EVENTS_TOTAL),
            Map.entry(Counter.PROCESSES, MetricFamily.PROCESSES),
            Map.entry(Counter.THREADS_MAX, MetricFamily.THREADS_MAX),
            Map.entry(Counter.FILE_DESCRIPTORS, MetricFamily.FILE_DESCRIPTORS),
            Map.entry(Counter.SOCKETS, MetricFamily.SOCKETS));

    private static final Map<Counter, MetricFamily> NANOS = Map.of(
            Counter.CPU_USER_NANOS, MetricFamily.CPU_USER_SECONDS_TOTAL,
            Counter.CPU_SYSTEM_NANOS, MetricFamily.CPU_SYSTEM_SECONDS_TOTAL,
            Counter.QUOTA_THROTTLED_NANOS, MetricFamily.CPU_CFS_THROTTLED_SECONDS_TOTAL);

    private final ContainerRecord record;
    private final ResourceUsage resources;
    private final MetricList list;

    private ContainerMetrics(ContainerRecord record, ResourceUsage resources, MetricList list) {
        this.record = record;
        this.resources = resources;
        this.list = list;
    }

    /** @param list with the container's labels */
    static List<MetricSample> of(ContainerRecord record, Usage.OfContainer usage, MetricList list) {
        ContainerMetrics metrics = new ContainerMetrics(record, usage.resources(), list);
        metrics.resources.cpu().ifPresent(metrics::cpu);
        metrics.resources.memory().ifPresent(metrics::memory);
        metrics.resources.io().ifPresent(metrics::io);
        metrics.resources.tasks().ifPresent(tasks -> list.add(MetricFamily.THREADS, tasks));
        metrics.counters();
        metrics.resources.disks().forEach(metrics::disk);
        usage.writableLayer().ifPresent(metrics::filesystem);
        metrics.spec(record.resources());
        return list.samples();
    }

    private void cpu(CpuUsage cpu) {
        list.add(MetricFamily.CPU_USAGE_SECONDS_TOTAL, cpu.used());
        cpu.pressure()
                .ifPresent(pressure -> pressure(
                        MetricFamily.PRESSURE_CPU_WAITING_SECONDS_TOTAL,
                        MetricFamily.PRESSURE_CPU_STALLED_SECONDS_TOTAL,
                        pressure));
    }

    private void memory(MemoryUsage memory) {
        list.add(MetricFamily.MEMORY_USAGE_BYTES, memory.usedBytes());
        list.add(MetricFamily.MEMORY_WORKING_SET_BYTES, memory.workingSetBytes());
        list.add(MetricFamily.MEMORY_RSS, memory.residentBytes());
        // A kernel that accounts no swap has none in use; kernels before 5.19 keep no peak.
        list.add(
                MetricFamily.MEMORY_SWAP,
                memory.swap().map(swap -> swap.usedBytes()).orElse(0L));
        list.add(
                MetricFamily.MEMORY_MAX_USAGE_BYTES,
                resources.counters().getOrDefault(Counter.MEMORY_PEAK_BYTES, memory.usedBytes()));
        long minor = Math.max(0, memory.pageFaults() - memory.majorPageFaults());
        list.add(MetricFamily.MEMORY_FAILURES_TOTAL, minor, "pgfault", "container");
        list.add(MetricFamily.MEMORY_FAILURES_TOTAL, memory.majorPageFaults(), "pgmajfault", "container");
        memory.pressure()
                .ifPresent(pressure -> pressure(
                        MetricFamily.PRESSURE_MEMORY_WAITING_SECONDS_TOTAL,
                        MetricFamily.PRESSURE_MEMORY_STALLED_SECONDS_TOTAL,
                        pressure));
    }

    private void io(Pressure pressure) {
        pressure(
                MetricFamily.PRESSURE_IO_WAITING_SECONDS_TOTAL,
                MetricFamily.PRESSURE_IO_STALLED_SECONDS_TOTAL,
                pressure);
    }

    private void pressure(MetricFamily waiting, MetricFamily stalled, Pressure pressure) {
        list.add(waiting, pressure.some().total());
        list.add(stalled, pressure.full().total());
    }

    private void counters() {
        resources.counters().forEach((counter, value) -> {
            MetricFamily plain = PLAIN.get(counter);
            if (plain != null) list.add(plain, value);
            MetricFamily nanos = NANOS.get(counter);
            if (nanos != null) list.add(nanos, Duration.ofNanos(value));
        });
    }

    private void disk(DiskTraffic disk) {
        String device = disk.major() + ":" + disk.minor();
        list.add(MetricFamily.FS_READS_BYTES_TOTAL, disk.readBytes(), device);
        list.add(MetricFamily.FS_READS_TOTAL, disk.reads(), device);
        list.add(MetricFamily.FS_WRITES_BYTES_TOTAL, disk.writtenBytes(), device);
        list.add(MetricFamily.FS_WRITES_TOTAL, disk.writes(), device);
        String major = String.valueOf(disk.major());
        String minor = String.valueOf(disk.minor());
        list.add(MetricFamily.BLKIO_DEVICE_USAGE_TOTAL, disk.readBytes(), device, major, minor, "Read");
        list.add(MetricFamily.BLKIO_DEVICE_USAGE_TOTAL, disk.writtenBytes(), device, major, minor, "Write");
    }

    /** The writable layer's device is called by where it is mounted, as for cAdvisor an overlay has no device. */
    private void filesystem(FilesystemUsage layer) {
        String device = layer.mountpoint().toString();
        list.add(MetricFamily.FS_USAGE_BYTES, layer.usedBytes(), device);
        Map<Counter, Long> counters = resources.counters();
        ifCounted(counters, Counter.FILESYSTEM_BYTES, MetricFamily.FS_LIMIT_BYTES, device);
        ifCounted(counters, Counter.FILESYSTEM_INODES, MetricFamily.FS_INODES_TOTAL, device);
        ifCounted(counters, Counter.FILESYSTEM_INODES_FREE, MetricFamily.FS_INODES_FREE, device);
    }

    private void ifCounted(Map<Counter, Long> counters, Counter counter, MetricFamily family, String device) {
        Long value = counters.get(counter);
        if (value != null) list.add(family, value, device);
    }

    private void spec(Resources limits) {
        list.add(MetricFamily.LAST_SEEN, resources.sampledAt().getEpochSecond());
        if (record.state() instanceof ContainerState.Running running) {
            list.add(MetricFamily.START_TIME_SECONDS, running.startedAt().getEpochSecond());
        }
        list.add(MetricFamily.SPEC_CPU_PERIOD, orElse(limits.cpuPeriodMicros(), CPU_PERIOD_MICROS));
        if (limits.cpuQuotaMicros() > 0) list.add(MetricFamily.SPEC_CPU_QUOTA, limits.cpuQuotaMicros());
        list.add(MetricFamily.SPEC_CPU_SHARES, orElse(limits.cpuShares(), CPU_SHARES));
        list.add(MetricFamily.SPEC_MEMORY_LIMIT_BYTES, Math.max(0, limits.memoryLimitBytes()));
        list.add(MetricFamily.SPEC_MEMORY_SWAP_LIMIT_BYTES, Math.max(0, limits.memorySwapLimitBytes()));
    }

    private static long orElse(long said, long otherwise) {
        return said > 0 ? said : otherwise;
    }
}
