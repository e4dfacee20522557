package io.davit.core.node;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.SandboxId;
import io.davit.core.spi.Backend;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.NodeStore;
import io.davit.core.store.SandboxRecord;
import java.time.Clock;

/** What operations, queries and recovery work on. */
public record Node(
        NodeStore store,
        Backends backends,
        Networks networks,
        ImageLookup names,
        OperationLocks<SandboxId> sandboxLocks,
        OperationLocks<ContainerId> containerLocks,
        Clock clock) {
    public Node(NodeStore store, Backends backends, Networks networks, ImageLookup names, Clock clock) {
        this(store, backends, networks, names, new OperationLocks<>(), new OperationLocks<>(), clock);
    }

    public Backend backendOf(SandboxRecord record) {
        return backends.named(record.backend()).backend();
    }

    public Backend backendOf(ContainerRecord record) {
        return backends.named(record.backend()).backend();
    }
}
