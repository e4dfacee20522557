package io.davit.core.spi;

import java.time.Instant;

/** A process that runs; {@code pid} as seen by the host. */
public record Started(Instant at, long pid) {}
