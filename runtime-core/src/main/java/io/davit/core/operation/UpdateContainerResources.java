package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Resources;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.node.Node;
import io.davit.core.node.OperationLocks;
import io.davit.core.store.ContainerRecord;

/** Changes the limits of a container; its status shows them at once. */
public final class UpdateContainerResources {
    private final Node node;

    public UpdateContainerResources(Node node) {
        this.node = node;
    }

    /** @throws Fault Absent; Refused unless it is CREATED or RUNNING; what the backend said */
    public void run(ContainerId id, Resources change) {
        try (OperationLocks.Held _ = node.containerLocks().own(id)) {
            ContainerRecord record = node.store().get(id);
            ContainerPhase phase = record.state().phase();
            if (phase != ContainerPhase.CREATED && phase != ContainerPhase.RUNNING) {
                throw new Fault(new Fault.Kind.Refused("the container's resources cannot change", "it is " + phase));
            }
            node.backendOf(record).containers().update(id, change);
            node.store()
                    .noteLightly(id, found -> found.limitedTo(found.resources().with(change)));
        }
    }
}
