package io.davit.core.domain;

/** What an engine may count of a group of processes beside what everybody asks for; the unit is in the name. */
public enum Counter {
    CPU_USER_NANOS,
    CPU_SYSTEM_NANOS,
    /** Periods in which a processor quota was in force, and those in which it was used up. */
    QUOTA_PERIODS,
    QUOTA_THROTTLED_PERIODS,
    QUOTA_THROTTLED_NANOS,
    /** File pages. */
    MEMORY_CACHE_BYTES,
    MEMORY_KERNEL_BYTES,
    MEMORY_MAPPED_FILE_BYTES,
    MEMORY_ACTIVE_FILE_BYTES,
    MEMORY_INACTIVE_FILE_BYTES,
    /** The most that was ever used. */
    MEMORY_PEAK_BYTES,
    /** How often the limit was reached. */
    MEMORY_LIMIT_HITS,
    /** Processes that were killed because memory ran out. */
    OOM_KILLS,
    PROCESSES,
    /** 0 is no limit. */
    THREADS_MAX,
    FILE_DESCRIPTORS,
    SOCKETS,
    /** Of the filesystem that the writable layer lies on. */
    FILESYSTEM_BYTES,
    FILESYSTEM_INODES,
    FILESYSTEM_INODES_FREE
}
