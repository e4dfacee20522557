package io.davit.core.boot;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.machine.SandboxPhase;
import io.davit.core.node.Node;
import io.davit.core.spi.Streams;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.SandboxRecord;
import io.davit.core.streaming.StreamTargets;

/** The streams of this node's containers and sandboxes, by their records. */
record NodeStreamTargets(Node node) implements StreamTargets {
    @Override
    public Streams running(ContainerId id) {
        ContainerRecord record = node.store().get(id);
        ContainerPhase phase = record.state().phase();
        if (phase == ContainerPhase.RUNNING) return node.backendOf(record).streams();
        throw new Fault(new Fault.Kind.Refused("container " + id, "it is " + phase + ", not RUNNING"));
    }

    @Override
    public Streams ready(SandboxId id) {
        SandboxRecord record = node.store().get(id);
        SandboxPhase phase = record.state().phase();
        if (phase == SandboxPhase.READY) return node.backendOf(record).streams();
        throw new Fault(new Fault.Kind.Refused("pod sandbox " + id, "it is " + phase + ", not READY"));
    }
}
