package io.davit.core.domain;

import java.nio.file.Path;
import java.time.Instant;

/** What a directory tree uses of its filesystem, as sampled at {@code sampledAt}. */
public record FilesystemUsage(Instant sampledAt, Path mountpoint, long usedBytes, long usedInodes) {}
