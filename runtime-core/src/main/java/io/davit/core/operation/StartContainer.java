package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.machine.ContainerEvent;
import io.davit.core.node.Node;
import io.davit.core.node.OperationLocks;
import io.davit.core.spi.Started;
import io.davit.core.store.ContainerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the process of a created container. */
public final class StartContainer {
    private static final Logger LOG = LoggerFactory.getLogger(StartContainer.class);

    private final Node node;

    public StartContainer(Node node) {
        this.node = node;
    }

    /**
     * Returns once the process was exec'ed. When that fails the container is EXITED with reason StartError.
     *
     * @throws Fault Absent; Refused if it is not CREATED or its sandbox not READY; what the backend said
     */
    public void run(ContainerId id) {
        ContainerRecord record = node.store().get(id);
        try (OperationLocks.Held _ = node.sandboxLocks().share(record.sandbox());
                OperationLocks.Held _ = node.containerLocks().own(id)) {
            CreateContainer.requireReady(node.store().get(record.sandbox()));
            node.store().apply(id, new ContainerEvent.StartRequested());
            try {
                Started started = node.backendOf(record).containers().start(id);
                node.store().apply(id, new ContainerEvent.Started(started.at(), started.pid()));
            } catch (Fault fault) {
                node.store()
                        .apply(
                                id,
                                new ContainerEvent.StartFailed(
                                        node.clock().instant(), fault.kind().text()));
                throw fault;
            } catch (RuntimeException bug) {
                node.store().apply(id, new ContainerEvent.Lost("its start met a bug: " + Fault.reason(bug)));
                throw bug;
            }
        }
        LOG.info("container {} started", id);
    }
}
