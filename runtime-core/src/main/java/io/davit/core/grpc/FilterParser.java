package io.davit.core.grpc;

import io.davit.core.query.ListContainers;
import io.davit.core.query.ListPodSandbox;
import io.davit.cri.v1.ContainerFilter;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.PodSandboxState;
import java.util.Optional;

/** Filters of lists. States are wrapped in messages because 0 is one of them. */
final class FilterParser {
    private FilterParser() {}

    static ListPodSandbox.Filter sandboxes(PodSandboxFilter filter) {
        Optional<Boolean> ready = filter.hasState()
                ? Optional.of(filter.getState().getState() == PodSandboxState.SANDBOX_READY)
                : Optional.empty();
        return new ListPodSandbox.Filter(filter.getId(), ready, filter.getLabelSelectorMap());
    }

    static ListContainers.Filter containers(ContainerFilter filter) {
        Optional<ListContainers.State> state =
                filter.hasState() ? Optional.of(state(filter.getState().getState())) : Optional.empty();
        return new ListContainers.Filter(filter.getId(), filter.getPodSandboxId(), state, filter.getLabelSelectorMap());
    }

    private static ListContainers.State state(ContainerState state) {
        return switch (state) {
            case CONTAINER_CREATED -> ListContainers.State.CREATED;
            case CONTAINER_RUNNING -> ListContainers.State.RUNNING;
            case CONTAINER_EXITED -> ListContainers.State.EXITED;
            case CONTAINER_UNKNOWN, UNRECOGNIZED -> ListContainers.State.UNKNOWN;
        };
    }
}
