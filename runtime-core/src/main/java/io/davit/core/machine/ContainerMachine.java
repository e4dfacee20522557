package io.davit.core.machine;

import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Fault;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All legal moves of a container. A stop is no event: it is a wish, and only the exit that follows is a fact. The exit
 * watch may report the exit of a short process before {@code start} has returned, hence EXITED stays on STARTED and an
 * exit brings the start time along. CREATING, STARTING and REMOVING are durable intents, written before the backend is
 * called.
 */
public final class ContainerMachine {
    private static final TransitionTable<ContainerPhase, ContainerTrigger> TABLE =
            TransitionTable.parse(ContainerPhase.class, ContainerTrigger.class, """
            phase    MADE    START_REQ STARTED START_FAIL EXIT   REMOVE_REQ REMOVED LOST
            CREATING CREATED !         !       !          !      REMOVING   gone    =
            CREATED  =       STARTING  !       !          EXITED REMOVING   !       UNKNOWN
            STARTING !       !         RUNNING EXITED     EXITED !          !       UNKNOWN
            RUNNING  !       !         =       !          EXITED !          !       UNKNOWN
            EXITED   !       !         =       =          =      REMOVING   !       =
            REMOVING !       !         =       =          =      =          gone    =
            UNKNOWN  =       !         RUNNING EXITED     EXITED REMOVING   !       =
            """);

    private ContainerMachine() {}

    /**
     * The state after {@code event}; empty when the record is to be forgotten.
     *
     * @throws Fault of kind Refused when a request is not legal now
     */
    public static Optional<ContainerState> step(ContainerState from, ContainerEvent event) {
        return switch (TABLE.verdict(from.phase(), event.trigger())) {
            case TransitionTable.Verdict.Keep<ContainerPhase> _ -> Optional.of(from);
            case TransitionTable.Verdict.Gone<ContainerPhase> _ -> Optional.empty();
            case TransitionTable.Verdict.Refuse<ContainerPhase> _ -> throw refusal(from, event.trigger());
            case TransitionTable.Verdict.MoveTo<ContainerPhase>(ContainerPhase phase) ->
                Optional.of(arrive(phase, from, event));
        };
    }

    /** The table, one row a line. */
    public static List<String> picture() {
        return TABLE.picture();
    }

    /** A refused request is the caller's mistake; a refused fact is ours. */
    private static RuntimeException refusal(ContainerState from, ContainerTrigger trigger) {
        if (!trigger.isRequest()) {
            return new IllegalStateException(trigger + " cannot happen to a container that is " + from.phase());
        }
        String wish = trigger == ContainerTrigger.START_REQ ? "started" : "removed";
        return new Fault(new Fault.Kind.Refused("the container cannot be " + wish, "it is " + from.phase()));
    }

    private static ContainerState arrive(ContainerPhase phase, ContainerState from, ContainerEvent event) {
        Instant createdAt = from.createdAt();
        ContainerState to = switch (event) {
            case ContainerEvent.CreateSeen _ -> new ContainerState.Created(createdAt);
            case ContainerEvent.StartRequested _ -> new ContainerState.Starting(createdAt);
            case ContainerEvent.Started(Instant at, long pid) -> new ContainerState.Running(createdAt, at, pid);
            case ContainerEvent.StartFailed(Instant at, String why) ->
                new ContainerState.Exited(createdAt, Optional.empty(), ExitStatus.notStarted(at, why));
            case ContainerEvent.ExitSeen(Optional<Instant> startedAt, ExitStatus exit) ->
                new ContainerState.Exited(createdAt, startedAt.or(from::begun), exit);
            case ContainerEvent.RemoveRequested _ -> new ContainerState.Removing(from);
            case ContainerEvent.Lost(String why) -> new ContainerState.Unknown(from, why);
            case ContainerEvent.RemovalSeen _ -> throw new AssertionError("the table never moves on a removal");
        };
        if (to.phase() != phase) throw new AssertionError("table says " + phase + ", code says " + to.phase());
        return to;
    }
}
