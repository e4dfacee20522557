package io.davit.core.store;

import io.davit.core.machine.ContainerPhase;
import io.davit.core.machine.ContainerState;
import io.davit.core.machine.SandboxPhase;
import java.util.ArrayList;
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

    /**
     * A start is told as soon as it is known that the user's process began: an exit may be seen before the start that it
     * ends was answered, and then tells of both.
     */
    static List<NodeEvent.Type> ofContainer(Optional<ContainerState> before, Optional<ContainerState> after) {
        if (before.isEmpty()) return List.of();
        ContainerState from = before.get();
        if (after.isEmpty()) {
            return from.phase() == ContainerPhase.CREATING ? List.of() : List.of(NodeEvent.Type.DELETED);
        }
        ContainerState to = after.get();
        if (from.phase() == to.phase()) return List.of();
        List<NodeEvent.Type> told = new ArrayList<>();
        if (to.phase() == ContainerPhase.CREATED) told.add(NodeEvent.Type.CREATED);
        if (from.begun().isEmpty() && to.begun().isPresent()) told.add(NodeEvent.Type.STARTED);
        if (to.phase() == ContainerPhase.EXITED) told.add(NodeEvent.Type.STOPPED);
        return told;
    }
}
