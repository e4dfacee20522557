package io.davit.backend.memory;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Resources;
import io.davit.core.domain.Signal;
import io.davit.core.spi.Sighting;
import io.davit.core.spi.Sighting.ExitedContainer;
import io.davit.core.spi.Sighting.RunningContainer;
import java.time.Instant;
import java.util.Optional;

/**
 * A container of the {@link World}.
 *
 * @param program what it runs, once it was started; of a restored one, what is left of it
 * @param limits those asked for at first, with every update since
 * @param killAt when the shortest grace period of all stops ends
 * @param seen what an observer sees of it: its whole state
 */
record MemoryContainer(
        ContainerSpec spec,
        Optional<Program> program,
        Resources limits,
        Optional<Instant> killAt,
        Sighting.OfContainer seen) {
    static MemoryContainer created(ContainerSpec spec) {
        return new MemoryContainer(
                spec, Optional.empty(), spec.resources(), Optional.empty(), new Sighting.CreatedContainer(spec.id()));
    }

    /** One whose start goes on with what a checkpoint has left of its program. */
    static MemoryContainer restored(ContainerSpec spec, Program rest) {
        return new MemoryContainer(
                spec, Optional.of(rest), spec.resources(), Optional.empty(), new Sighting.CreatedContainer(spec.id()));
    }

    ContainerId id() {
        return spec.id();
    }

    /** The pid on the imaginary host; 0 if it does not run. */
    long pid() {
        return seen instanceof RunningContainer running ? running.pid() : 0;
    }

    boolean isRunning() {
        return seen instanceof RunningContainer;
    }

    MemoryContainer started(Program what, long pid, Instant at) {
        return new MemoryContainer(spec, Optional.of(what), limits, killAt, new RunningContainer(id(), pid, at));
    }

    MemoryContainer limited(Resources change) {
        return new MemoryContainer(spec, program, limits.with(change), killAt, seen);
    }

    /** A further stop that kills at {@code at}: the earliest of all counts. */
    MemoryContainer killedAt(Instant at) {
        Instant earliest = killAt.filter(at::isAfter).orElse(at);
        return new MemoryContainer(spec, program, limits, Optional.of(earliest), seen);
    }

    MemoryContainer exited(int code, Instant at) {
        Optional<Instant> startedAt =
                seen instanceof RunningContainer running ? Optional.of(running.startedAt()) : Optional.empty();
        Sighting.OfContainer exit = new ExitedContainer(id(), startedAt, ExitStatus.exited(code, at));
        return new MemoryContainer(spec, program, limits, killAt, exit);
    }

    /** When the program ends by itself; empty if it never does, or does not run. */
    Optional<Instant> endsAt() {
        if (!(seen instanceof RunningContainer running)) return Optional.empty();
        return program.flatMap(Program::lifetime).map(running.startedAt()::plus);
    }

    /** Whether a stop need not wait for the end of the grace period. */
    boolean obeys(Signal signal) {
        return signal.equals(Signal.KILL) || program.stream().noneMatch(Program::stubborn);
    }
}
