package io.davit.core.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Time on processors.
 *
 * @param used by all cores together, since the beginning
 * @param pressure empty where the kernel does not tell
 */
public record CpuUsage(Instant sampledAt, Duration used, Optional<Pressure> pressure) {}
