package io.davit.core.recovery;

import io.davit.core.domain.ExitStatus;
import io.davit.core.machine.ContainerEvent;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.spi.Sighting;
import io.davit.core.store.ContainerRecord;
import java.time.Instant;
import java.util.Optional;

/** What a record and a sighting say together. Pure. */
final class Judgement {
    private Judgement() {}

    /**
     * The event that makes the record tell the truth; empty if it does.
     *
     * @param sighting empty if the backend knows nothing of the container
     */
    static Optional<ContainerEvent> of(ContainerRecord record, Optional<Sighting.OfContainer> sighting, Instant now) {
        return switch (record.state().phase()) {
            // No client was told of it: it is rolled back.
            case CREATING -> Optional.of(new ContainerEvent.RemoveRequested());
            case EXITED, REMOVING -> Optional.empty();
            case CREATED, STARTING, RUNNING, UNKNOWN ->
                sighting.map(seen -> ofLiving(record.state().phase(), seen, now))
                        .orElseGet(() -> Optional.of(lost(now, "the engine knows nothing of it any more")));
        };
    }

    private static Optional<ContainerEvent> ofLiving(ContainerPhase phase, Sighting.OfContainer seen, Instant now) {
        return switch (seen) {
            case Sighting.ExitedContainer(var _, var startedAt, var exit) ->
                Optional.of(new ContainerEvent.ExitSeen(startedAt, exit));
            case Sighting.RunningContainer(var _, long pid, Instant startedAt) ->
                phase == ContainerPhase.RUNNING ? Optional.empty() : Optional.of(running(phase, startedAt, pid));
            case Sighting.CreatedContainer _ ->
                switch (phase) {
                    case CREATED -> Optional.empty();
                    case UNKNOWN -> Optional.empty();
                    case STARTING ->
                        Optional.of(new ContainerEvent.StartFailed(now, "davit ended before it was started"));
                    case CREATING, RUNNING, EXITED, REMOVING ->
                        Optional.of(new ContainerEvent.Lost("it runs by its record, the engine has yet to start it"));
                };
            case Sighting.UnclearContainer(var _, String why) -> Optional.of(new ContainerEvent.Lost(why));
        };
    }

    private static ContainerEvent running(ContainerPhase phase, Instant startedAt, long pid) {
        return phase == ContainerPhase.CREATED
                ? new ContainerEvent.Lost("it was created by its record, the engine sees it run")
                : new ContainerEvent.Started(startedAt, pid);
    }

    static ContainerEvent lost(Instant now, String why) {
        return new ContainerEvent.ExitSeen(Optional.empty(), ExitStatus.lost(now, why));
    }
}
