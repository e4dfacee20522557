package io.davit.core.operation;

import io.davit.core.domain.SandboxId;
import io.davit.core.machine.SandboxEvent;
import io.davit.core.node.Node;
import io.davit.core.node.OperationLocks;
import io.davit.core.store.SandboxRecord;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kills a sandbox's containers and releases what it holds of the node; its record stays. */
public final class StopPodSandbox {
    private static final Logger LOG = LoggerFactory.getLogger(StopPodSandbox.class);

    private final Node node;
    private final ReleaseNetwork releaseNetwork;
    private final PodTeardown teardown;

    public StopPodSandbox(Node node, StopContainer stopContainer, ReleaseNetwork releaseNetwork) {
        this.node = node;
        this.releaseNetwork = releaseNetwork;
        this.teardown = new PodTeardown(node, stopContainer);
    }

    /** Idempotent (cri-api, StopPodSandbox): a sandbox that is not there, or stopped, is stopped. */
    public void run(SandboxId id) {
        if (toStop(id).isEmpty()) return;
        teardown.killContainers(id);
        try (OperationLocks.Held _ = node.sandboxLocks().own(id)) {
            stopOwned(id);
        }
    }

    /** The sandbox's lock is owned. */
    void stopOwned(SandboxId id) {
        Optional<SandboxRecord> record = toStop(id);
        if (record.isEmpty()) return;
        node.store().apply(id, SandboxEvent.STOP_REQ);
        teardown.killContainers(id);
        releaseNetwork.run(id);
        node.backendOf(record.get()).sandboxes().stop(id);
        node.store().apply(id, SandboxEvent.STOPPED);
        LOG.info("pod sandbox {} stopped", id);
    }

    private Optional<SandboxRecord> toStop(SandboxId id) {
        return node.store().find(id).filter(record -> switch (record.state().phase()) {
            case READY, STOPPING -> true;
            case STARTING, NOT_READY, REMOVING -> false;
        });
    }
}
