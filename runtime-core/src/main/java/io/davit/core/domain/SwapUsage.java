package io.davit.core.domain;

import java.util.OptionalLong;

/**
 * Swap in use.
 *
 * @param availableBytes what the limit leaves; empty if there is no limit
 */
public record SwapUsage(long usedBytes, OptionalLong availableBytes) {}
