package io.davit.core.query;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Metrics of containers and pods under the names that cAdvisor gave them, which dashboards know (cAdvisor,
 * docs/storage/prometheus.md). The kubelet exports a metric only if it has a descriptor, and a descriptor promises its
 * metric for every container that runs.
 */
public enum MetricFamily {
    CPU_USAGE_SECONDS_TOTAL(Kind.COUNTER, "Processor time, in seconds."),
    CPU_USER_SECONDS_TOTAL(Kind.COUNTER, "Processor time in user mode, in seconds."),
    CPU_SYSTEM_SECONDS_TOTAL(Kind.COUNTER, "Processor time in the kernel, in seconds."),
    CPU_CFS_PERIODS_TOTAL(Kind.COUNTER, "Periods in which a processor quota was in force."),
    CPU_CFS_THROTTLED_PERIODS_TOTAL(Kind.COUNTER, "Periods in which the processor quota was used up."),
    CPU_CFS_THROTTLED_SECONDS_TOTAL(Kind.COUNTER, "Time spent waiting for the next quota, in seconds."),
    MEMORY_USAGE_BYTES(Kind.GAUGE, "Memory in use, file pages included."),
    MEMORY_WORKING_SET_BYTES(Kind.GAUGE, "Memory in use without file pages that were not touched for a while."),
    MEMORY_MAX_USAGE_BYTES(Kind.GAUGE, "The most memory that was ever in use."),
    MEMORY_RSS(Kind.GAUGE, "Anonymous memory, in bytes."),
    MEMORY_CACHE(Kind.GAUGE, "File pages, in bytes."),
    MEMORY_MAPPED_FILE(Kind.GAUGE, "File pages that are mapped, in bytes."),
    MEMORY_KERNEL_USAGE(Kind.GAUGE, "Memory of the kernel, in bytes."),
    MEMORY_SWAP(Kind.GAUGE, "Swap in use, in bytes."),
    MEMORY_TOTAL_ACTIVE_FILE_BYTES(Kind.GAUGE, "File pages that were touched lately."),
    MEMORY_TOTAL_INACTIVE_FILE_BYTES(Kind.GAUGE, "File pages that were not touched for a while."),
    MEMORY_FAILCNT(Kind.COUNTER, "How often the memory limit was reached."),
    MEMORY_FAILURES_TOTAL(Kind.COUNTER, "Page faults.", "failure_type", "scope"),
    OOM_EVENTS_TOTAL(Kind.COUNTER, "Processes that were killed because memory ran out."),
    FS_USAGE_BYTES(Kind.GAUGE, "What the writable layer uses of its filesystem.", "device"),
    FS_LIMIT_BYTES(Kind.GAUGE, "Size of the writable layer's filesystem.", "device"),
    FS_INODES_TOTAL(Kind.GAUGE, "Inodes of the writable layer's filesystem.", "device"),
    FS_INODES_FREE(Kind.GAUGE, "Free inodes of the writable layer's filesystem.", "device"),
    FS_READS_BYTES_TOTAL(Kind.COUNTER, "Bytes read from a block device.", "device"),
    FS_READS_TOTAL(Kind.COUNTER, "Reads from a block device.", "device"),
    FS_WRITES_BYTES_TOTAL(Kind.COUNTER, "Bytes written to a block device.", "device"),
    FS_WRITES_TOTAL(Kind.COUNTER, "Writes to a block device.", "device"),
    BLKIO_DEVICE_USAGE_TOTAL(
            Kind.COUNTER, "Bytes read from and written to a block device.", "device", "major", "minor", "operation"),
    NETWORK_RECEIVE_BYTES_TOTAL(Kind.COUNTER, "Bytes received.", "interface"),
    NETWORK_RECEIVE_PACKETS_TOTAL(Kind.COUNTER, "Packets received.", "interface"),
    NETWORK_RECEIVE_PACKETS_DROPPED_TOTAL(Kind.COUNTER, "Packets dropped on receipt.", "interface"),
    NETWORK_RECEIVE_ERRORS_TOTAL(Kind.COUNTER, "Errors on receipt.", "interface"),
    NETWORK_TRANSMIT_BYTES_TOTAL(Kind.COUNTER, "Bytes sent.", "interface"),
    NETWORK_TRANSMIT_PACKETS_TOTAL(Kind.COUNTER, "Packets sent.", "interface"),
    NETWORK_TRANSMIT_PACKETS_DROPPED_TOTAL(Kind.COUNTER, "Packets dropped on sending.", "interface"),
    NETWORK_TRANSMIT_ERRORS_TOTAL(Kind.COUNTER, "Errors on sending.", "interface"),
    PROCESSES(Kind.GAUGE, "Processes."),
    THREADS(Kind.GAUGE, "Threads."),
    THREADS_MAX(Kind.GAUGE, "Most threads allowed; 0 is any number."),
    FILE_DESCRIPTORS(Kind.GAUGE, "Open file descriptors."),
    SOCKETS(Kind.GAUGE, "Open sockets."),
    LAST_SEEN(Kind.GAUGE, "When the container was measured, in seconds since 1970."),
    START_TIME_SECONDS(Kind.GAUGE, "When the container was started, in seconds since 1970."),
    SPEC_CPU_PERIOD(Kind.GAUGE, "Period of the processor quota, in microseconds."),
    SPEC_CPU_QUOTA(Kind.GAUGE, "Processor time per period, in microseconds."),
    SPEC_CPU_SHARES(Kind.GAUGE, "Processor shares."),
    SPEC_MEMORY_LIMIT_BYTES(Kind.GAUGE, "Memory limit; 0 is none."),
    SPEC_MEMORY_SWAP_LIMIT_BYTES(Kind.GAUGE, "Limit of memory and swap together; 0 is none."),
    PRESSURE_CPU_WAITING_SECONDS_TOTAL(Kind.COUNTER, "Time in which some tasks waited for a processor, in seconds."),
    PRESSURE_CPU_STALLED_SECONDS_TOTAL(Kind.COUNTER, "Time in which all tasks waited for a processor, in seconds."),
    PRESSURE_MEMORY_WAITING_SECONDS_TOTAL(Kind.COUNTER, "Time in which some tasks waited for memory, in seconds."),
    PRESSURE_MEMORY_STALLED_SECONDS_TOTAL(Kind.COUNTER, "Time in which all tasks waited for memory, in seconds."),
    PRESSURE_IO_WAITING_SECONDS_TOTAL(Kind.COUNTER, "Time in which some tasks waited for disks, in seconds."),
    PRESSURE_IO_STALLED_SECONDS_TOTAL(Kind.COUNTER, "Time in which all tasks waited for disks, in seconds.");

    private final Kind kind;
    private final String help;
    private final List<String> labels;

    /** How a value behaves. */
    public enum Kind {
        /** It only grows. */
        COUNTER,
        GAUGE
    }

    MetricFamily(Kind kind, String help, String... labels) {
        this.kind = kind;
        this.help = help;
        // cAdvisor's "name" is the container's id, too.
        Stream<String> ofAll = Stream.of("container", "id", "image", "name", "namespace", "pod");
        this.labels = Stream.concat(ofAll, Stream.of(labels)).toList();
    }

    /** As Prometheus shows it. */
    public String metricName() {
        return "container_" + name().toLowerCase(Locale.ROOT);
    }

    public Kind kind() {
        return kind;
    }

    public String help() {
        return help;
    }

    /** Names of the labels, in the order of every sample's values. */
    public List<String> labels() {
        return labels;
    }

    /** Pressure is what only kernels with PSI on cgroup version 2 tell. */
    boolean isPressure() {
        return name().startsWith("PRESSURE_");
    }
}
