package io.davit.core.machine;

import io.davit.core.domain.Fault;
import java.util.List;
import java.util.Optional;

/** All legal moves of a sandbox. STARTING, STOPPING and REMOVING are durable intents. A roll-back that
 * succeeds goes from STARTING straight to gone; one that fails goes to REMOVING, where the reconciler finds it. */
public final class SandboxMachine {
    private static final TransitionTable<SandboxPhase, SandboxEvent> TABLE =
            TransitionTable.parse(SandboxPhase.class, SandboxEvent.class, """
            phase     UP    STOP_REQ STOPPED   DIED     REMOVE_REQ REMOVED
            STARTING  READY !        !         =        REMOVING   gone
            READY     =     STOPPING !         STOPPING !          !
            STOPPING  !     =        NOT_READY =        REMOVING   !
            NOT_READY !     =        =         =        REMOVING   !
            REMOVING  !     =        =         =        =          gone
            """);

    private SandboxMachine() {}

    /**
     * The state after {@code event}; empty when the record is to be forgotten.
     *
     * @throws Fault of kind Refused when a request is not legal now
     */
    public static Optional<SandboxState> step(SandboxState from, SandboxEvent event) {
        return switch (TABLE.verdict(from.phase(), event)) {
            case TransitionTable.Verdict.Keep<SandboxPhase> _ -> Optional.of(from);
            case TransitionTable.Verdict.Gone<SandboxPhase> _ -> Optional.empty();
            case TransitionTable.Verdict.Refuse<SandboxPhase> _ -> throw refusal(from.phase(), event);
            case TransitionTable.Verdict.MoveTo<SandboxPhase>(SandboxPhase phase) -> Optional.of(from.in(phase));
        };
    }

    /** The table, one row a line. */
    public static List<String> picture() {
        return TABLE.picture();
    }

    private static RuntimeException refusal(SandboxPhase phase, SandboxEvent event) {
        if (!event.isRequest()) {
            return new IllegalStateException(event + " cannot happen to a sandbox that is " + phase);
        }
        String wish = event == SandboxEvent.STOP_REQ ? "stopped" : "removed";
        return new Fault(new Fault.Kind.Refused("the pod sandbox cannot be " + wish, "it is " + phase));
    }
}
