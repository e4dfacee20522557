package io.davit.core.query;

import io.davit.core.spi.Usage;
import java.util.OptionalLong;

/**
 * A usage with its speed.
 *
 * @param nanoCores nanoseconds of processor time per second, between this sample and the one before; empty for the first
 */
public record Measured<U extends Usage>(U usage, OptionalLong nanoCores) {}
