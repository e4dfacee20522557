package io.davit.core.spi;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.SandboxSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * A running container to be written down.
 *
 * @param archive an absolute path that does not exist, in a directory that does
 * @param limit for the whole
 */
public record CheckpointRequest(
        SandboxSpec sandbox, ContainerSpec container, Instant createdAt, Path archive, Duration limit) {}
