package io.davit.core.store;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.ProcessUser;
import io.davit.core.domain.Resources;
import io.davit.core.domain.SandboxId;
import io.davit.core.machine.ContainerState;
import java.util.Optional;

/**
 * All that davit knows of a container.
 *
 * @param backend name of the backend that has it
 * @param user known once the backend has made it
 * @param resources in force now: those of the request with every later change
 */
public record ContainerRecord(
        ContainerSpec spec, String backend, ContainerState state, Optional<ProcessUser> user, Resources resources) {
    /** A container whose making begins. */
    public static ContainerRecord creating(ContainerSpec spec, String backend, ContainerState state) {
        return new ContainerRecord(spec, backend, state, Optional.empty(), spec.resources());
    }

    public ContainerId id() {
        return spec.id();
    }

    public SandboxId sandbox() {
        return spec.sandbox();
    }

    public ContainerRecord in(ContainerState next) {
        return new ContainerRecord(spec, backend, next, user, resources);
    }

    public ContainerRecord as(Optional<ProcessUser> resolved) {
        return new ContainerRecord(spec, backend, state, resolved, resources);
    }

    public ContainerRecord limitedTo(Resources limits) {
        return new ContainerRecord(spec, backend, state, user, limits);
    }
}
