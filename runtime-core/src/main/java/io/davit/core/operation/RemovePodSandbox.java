package io.davit.core.operation;

import io.davit.core.domain.SandboxId;
import io.davit.core.machine.SandboxEvent;
import io.davit.core.machine.SandboxPhase;
import io.davit.core.node.Node;
import io.davit.core.node.OperationLocks;
import io.davit.core.store.SandboxRecord;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes a sandbox and its containers, running or not. The one way out for roll-back and recovery too. */
public final class RemovePodSandbox {
    private static final Logger LOG = LoggerFactory.getLogger(RemovePodSandbox.class);

    private final Node node;
    private final StopPodSandbox stopPodSandbox;
    private final RemoveContainer removeContainer;
    private final ReleaseNetwork releaseNetwork;
    private final PodTeardown teardown;

    public RemovePodSandbox(
            Node node,
            StopContainer stopContainer,
            StopPodSandbox stopPodSandbox,
            RemoveContainer removeContainer,
            ReleaseNetwork releaseNetwork) {
        this.node = node;
        this.stopPodSandbox = stopPodSandbox;
        this.removeContainer = removeContainer;
        this.releaseNetwork = releaseNetwork;
        this.teardown = new PodTeardown(node, stopContainer);
    }

    /** Idempotent (cri-api, RemovePodSandbox): a sandbox that is not there has been removed. */
    public void run(SandboxId id) {
        if (toRemove(id).isEmpty()) return;
        teardown.killContainers(id);
        try (OperationLocks.Held _ = node.sandboxLocks().own(id)) {
            if (toRemove(id).isEmpty()) return;
            stopPodSandbox.stopOwned(id);
            teardown.forEachContainer(id, record -> removeContainer.runOwned(record.id()));
            node.store().apply(id, SandboxEvent.REMOVE_REQ);
            releaseNetwork.run(id);
            node.backendOf(node.store().get(id)).sandboxes().remove(id);
            node.store().apply(id, SandboxEvent.REMOVED);
        }
        LOG.info("pod sandbox {} removed", id);
    }

    private Optional<SandboxRecord> toRemove(SandboxId id) {
        return node.store().find(id).filter(record -> record.state().phase() != SandboxPhase.STARTING);
    }
}
