package io.davit.core.machine;

import io.davit.core.domain.ExitStatus;
import java.time.Instant;
import java.util.Optional;

/** What can happen to a container: requests of ours, and facts that the backend reported. */
public sealed interface ContainerEvent {
    record CreateSeen() implements ContainerEvent {}

    record StartRequested() implements ContainerEvent {}

    record Started(Instant at, long pid) implements ContainerEvent {}

    record StartFailed(Instant at, String why) implements ContainerEvent {}

    record ExitSeen(Optional<Instant> startedAt, ExitStatus exit) implements ContainerEvent {}

    record RemoveRequested() implements ContainerEvent {}

    record RemovalSeen() implements ContainerEvent {}

    record Lost(String why) implements ContainerEvent {}

    /** The column of the table. */
    default ContainerTrigger trigger() {
        return switch (this) {
            case CreateSeen _ -> ContainerTrigger.MADE;
            case StartRequested _ -> ContainerTrigger.START_REQ;
            case Started _ -> ContainerTrigger.STARTED;
            case StartFailed _ -> ContainerTrigger.START_FAIL;
            case ExitSeen _ -> ContainerTrigger.EXIT;
            case RemoveRequested _ -> ContainerTrigger.REMOVE_REQ;
            case RemovalSeen _ -> ContainerTrigger.REMOVED;
            case Lost _ -> ContainerTrigger.LOST;
        };
    }
}
