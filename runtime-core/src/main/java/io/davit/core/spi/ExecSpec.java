package io.davit.core.spi;

import io.davit.core.domain.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A command to run inside a container, as the container's own user and with its environment. */
public record ExecSpec(ContainerId container, List<String> command, boolean tty, Optional<Duration> limit) {
    public ExecSpec {
        command = List.copyOf(command);
    }
}
