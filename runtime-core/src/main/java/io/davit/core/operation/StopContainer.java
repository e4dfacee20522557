package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.machine.ContainerEvent;
import io.davit.core.node.Node;
import io.davit.core.node.OperationLocks;
import io.davit.core.spi.Backend;
import io.davit.core.spi.Sighting;
import io.davit.core.store.ContainerRecord;
import java.util.Optional;

/** Ends a container's process. */
public final class StopContainer {
    private final Node node;

    public StopContainer(Node node) {
        this.node = node;
    }

    /**
     * Idempotent (cri-api, StopContainer): a container that is not there, or does not run, is stopped. When this
     * returns, the exit is visible in its status. A second call with a shorter grace period shortens the first.
     */
    public void run(ContainerId id, GracePeriod grace) {
        if (node.store().find(id).isEmpty()) return;
        // Shared, so that stops run side by side, and none begins in the middle of a start or a removal.
        try (OperationLocks.Held _ = node.containerLocks().share(id)) {
            Optional<ContainerRecord> record = node.store().find(id).filter(StopContainer::mayRun);
            if (record.isEmpty()) return;
            Backend backend = node.backendOf(record.get());
            backend.containers().stop(id, record.get().spec().stopSignal(), grace);
            node.store().apply(id, exit(id, backend.observer().sighting(id)));
        }
    }

    private static boolean mayRun(ContainerRecord record) {
        return switch (record.state().phase()) {
            case STARTING, RUNNING, UNKNOWN -> true;
            case CREATING, CREATED, EXITED, REMOVING -> false;
        };
    }

    private ContainerEvent exit(ContainerId id, Optional<Sighting.OfContainer> sighting) {
        return switch (sighting.orElse(new Sighting.UnclearContainer(id, "the engine knows nothing of it"))) {
            case Sighting.ExitedContainer(var _, var startedAt, var exit) ->
                new ContainerEvent.ExitSeen(startedAt, exit);
            case Sighting.UnclearContainer(var _, var why) ->
                new ContainerEvent.ExitSeen(
                        Optional.empty(), ExitStatus.lost(node.clock().instant(), why));
            case Sighting.RunningContainer _, Sighting.CreatedContainer _ ->
                throw Fault.failed("stopping container " + id, "the backend still sees it after its stop");
        };
    }
}
