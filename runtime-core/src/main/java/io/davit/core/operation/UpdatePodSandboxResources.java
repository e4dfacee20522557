package io.davit.core.operation;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Resources;
import io.davit.core.domain.SandboxId;
import io.davit.core.node.Node;
import io.davit.core.node.OperationLocks;
import java.util.Optional;

/**
 * Notes what a pod was given. It is a notice: the kubelet has changed the pod's control group before, which is its own,
 * and no backend of ours has a machine around its pods that would have to grow.
 */
public final class UpdatePodSandboxResources {
    private final Node node;

    public UpdatePodSandboxResources(Node node) {
        this.node = node;
    }

    /**
     * What is empty stays as it was.
     *
     * @throws Fault Absent
     */
    public void run(SandboxId id, Optional<Resources> overhead, Optional<Resources> resources) {
        try (OperationLocks.Held _ = node.sandboxLocks().share(id)) {
            node.store().noteLightly(id, record -> record.given(overhead, resources));
        }
    }
}
