package io.davit.core.store;

import io.davit.core.machine.ContainerPhase;
import io.davit.core.machine.SandboxPhase;
import java.util.List;
import java.util.Optional;

/** Which changes of phase are events of the protocol (cri-semantics 1.32). */
final class EventTypes {
    private EventTypes() {}

    /** A sandbox that gets ready was created and started at once. */
    static List<NodeEvent.Type> ofSandbox(Optional<SandboxPhase> before, Optional<SandboxPhase> after) {
        if (before.equals(after) || before.isEmpty()) return List.of();
        if (after.isEmpty()) {
            return before.get() == SandboxPhase.STARTING ? List.of() : List.of(NodeEvent.Type.DELETED);
        }
        return switch (after.get()) {
            case READY -> List.of(NodeEvent.Type.CREATED, NodeEvent.Type.STARTED);
            case NOT_READY -> List.of(NodeEvent.Type.STOPPED);
            case STARTING, STOPPING, REMOVING -> List.of();
        };
    }

    static Optional<NodeEvent.Type> ofContainer(Optional<ContainerPhase> before, Optional<ContainerPhase> after) {
        if (before.equals(after) || before.isEmpty()) return Optional.empty();
        if (after.isEmpty()) {
            return before.get() == ContainerPhase.CREATING ? Optional.empty() : Optional.of(NodeEvent.Type.DELETED);
        }
        return switch (after.get()) {
            case CREATED -> Optional.of(NodeEvent.Type.CREATED);
            case RUNNING ->
                before.get() == ContainerPhase.UNKNOWN ? Optional.empty() : Optional.of(NodeEvent.Type.STARTED);
            case EXITED -> Optional.of(NodeEvent.Type.STOPPED);
            case CREATING, STARTING, REMOVING, UNKNOWN -> Optional.empty();
        };
    }
}
