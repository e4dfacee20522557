package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.node.Node;
import io.davit.core.store.ContainerRecord;

/** Lets a container go on in a new log file after the old one was renamed. */
public final class ReopenContainerLog {
    private final Node node;

    public ReopenContainerLog(Node node) {
        this.node = node;
    }

    /** @throws Fault Absent; Refused unless it runs and has a log */
    public void run(ContainerId id) {
        ContainerRecord record = node.store().get(id);
        requireRunning(record);
        if (record.spec().logPath().isEmpty()) {
            throw new Fault(new Fault.Kind.Refused("container " + id, "it was created without a log path"));
        }
        node.backendOf(record).containers().reopenLog(id);
    }

    static void requireRunning(ContainerRecord record) {
        ContainerPhase phase = record.state().phase();
        if (phase != ContainerPhase.RUNNING) {
            throw new Fault(new Fault.Kind.Refused("container " + record.id(), "it is " + phase + ", not RUNNING"));
        }
    }
}
