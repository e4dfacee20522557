package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.GracePeriod;
import io.davit.core.machine.ContainerEvent;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.node.Node;
import io.davit.core.node.OperationLocks;
import io.davit.core.store.ContainerRecord;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes a container, running or not; leaves its log file. */
public final class RemoveContainer {
    private static final Logger LOG = LoggerFactory.getLogger(RemoveContainer.class);

    private final Node node;
    private final StopContainer stopContainer;

    public RemoveContainer(Node node, StopContainer stopContainer) {
        this.node = node;
        this.stopContainer = stopContainer;
    }

    /** Idempotent (cri-api, RemoveContainer): a container that is not there has been removed. */
    public void run(ContainerId id) {
        Optional<ContainerRecord> record = node.store().find(id);
        if (record.isEmpty()) return;
        stopContainer.run(id, GracePeriod.NONE);
        try (OperationLocks.Held _ = node.sandboxLocks().share(record.get().sandbox())) {
            runOwned(id);
        }
    }

    /** The sandbox's lock is shared or owned. */
    void runOwned(ContainerId id) {
        stopContainer.run(id, GracePeriod.NONE);
        try (OperationLocks.Held _ = node.containerLocks().own(id)) {
            Optional<ContainerRecord> record =
                    node.store().find(id).filter(found -> found.state().phase() != ContainerPhase.CREATING);
            if (record.isEmpty()) return;
            node.store().apply(id, new ContainerEvent.RemoveRequested());
            node.backendOf(record.get()).containers().remove(id);
            node.store().apply(id, new ContainerEvent.RemovalSeen());
        }
        LOG.info("container {} removed", id);
    }
}
