package io.davit.core.spi;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.SandboxSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Running containers of one sandbox to be written down, all at one instant.
 *
 * @param subjects at least one, none twice
 * @param limit for the whole
 */
public record CheckpointRequest(SandboxSpec sandbox, List<Subject> subjects, Duration limit) {
    /**
     * One of them.
     *
     * @param archive an absolute path that does not exist, in a directory that does
     */
    public record Subject(ContainerSpec container, Instant createdAt, Path archive) {}

    public CheckpointRequest {
        subjects = List.copyOf(subjects);
    }
}
