package io.davit.core.spi;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.SandboxId;
import java.time.Instant;
import java.util.Optional;

/** A fact, not an opinion; "cannot tell" is a fact too. */
public sealed interface Sighting {
    /** Sightings of containers. */
    sealed interface OfContainer extends Sighting {
        ContainerId id();
    }

    /** Made, and its process was not started yet. */
    record CreatedContainer(ContainerId id) implements OfContainer {}

    record RunningContainer(ContainerId id, long pid, Instant startedAt) implements OfContainer {}

    record ExitedContainer(ContainerId id, Optional<Instant> startedAt, ExitStatus exit) implements OfContainer {}

    /** Something of this container is there, but its state cannot be told. */
    record UnclearContainer(ContainerId id, String why) implements OfContainer {}

    record LiveSandbox(SandboxId id) implements Sighting {}

    record DeadSandbox(SandboxId id, Instant at) implements Sighting {}
}
