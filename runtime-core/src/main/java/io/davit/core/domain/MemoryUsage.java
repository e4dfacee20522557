package io.davit.core.domain;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Memory in use.
 *
 * @param usedBytes all that is charged, file pages included
 * @param workingSetBytes {@code usedBytes} without the file pages that nobody has touched for a while: what the kubelet
 *     evicts by
 * @param availableBytes the limit without the working set; empty if there is no limit
 * @param residentBytes anonymous memory
 * @param swap empty where swap is not accounted
 * @param pressure empty where the kernel does not tell
 */
public record MemoryUsage(
        Instant sampledAt,
        long usedBytes,
        long workingSetBytes,
        OptionalLong availableBytes,
        long residentBytes,
        long pageFaults,
        long majorPageFaults,
        Optional<SwapUsage> swap,
        Optional<Pressure> pressure) {}
