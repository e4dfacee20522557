package io.davit.core.query;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.NodeStore;
import io.davit.core.store.SandboxRecord;
import java.util.Optional;

/** Finds what a request's id means: a whole id or its unambiguous beginning. */
public final class ObjectLookup {
    private final NodeStore store;

    public ObjectLookup(NodeStore store) {
        this.store = store;
    }

    /** @throws Fault InvalidRequest if the id is empty or ambiguous */
    public Optional<SandboxId> findSandbox(String id) {
        return store.resolveSandbox(id).map(SandboxRecord::id);
    }

    /** @throws Fault Absent; InvalidRequest if the id is empty or ambiguous */
    public SandboxRecord sandbox(String id) {
        return store.resolveSandbox(id).orElseThrow(() -> new Fault(new Fault.Kind.Absent("pod sandbox '" + id + "'")));
    }

    /** @throws Fault InvalidRequest if the id is empty or ambiguous */
    public Optional<ContainerId> findContainer(String id) {
        return store.resolveContainer(id).map(ContainerRecord::id);
    }

    /** @throws Fault Absent; InvalidRequest if the id is empty or ambiguous */
    public ContainerRecord container(String id) {
        return store.resolveContainer(id).orElseThrow(() -> new Fault(new Fault.Kind.Absent("container '" + id + "'")));
    }
}
