package io.davit.core.query;

import io.davit.core.machine.ContainerPhase;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.NodeStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Containers that fit a filter, in any state; those being made are not among them. */
public final class ListContainers {
    private final NodeStore store;

    public ListContainers(NodeStore store) {
        this.store = store;
    }

    /** The states that the protocol knows, each for one or more phases. */
    public enum State {
        CREATED(Set.of(ContainerPhase.CREATING, ContainerPhase.CREATED, ContainerPhase.STARTING)),
        RUNNING(Set.of(ContainerPhase.RUNNING)),
        EXITED(Set.of(ContainerPhase.EXITED, ContainerPhase.REMOVING)),
        UNKNOWN(Set.of(ContainerPhase.UNKNOWN));

        private final Set<ContainerPhase> phases;

        State(Set<ContainerPhase> phases) {
            this.phases = phases;
        }

        public static State of(ContainerRecord record) {
            for (State state : values()) {
                if (state.phases.contains(record.state().phase())) return state;
            }
            throw new AssertionError("every phase stands in one state");
        }
    }

    /**
     * All conditions must hold.
     *
     * @param idPrefix empty fits all
     * @param sandboxPrefix empty fits all
     */
    public record Filter(String idPrefix, String sandboxPrefix, Optional<State> state, Map<String, String> labels) {
        public static final Filter ALL = new Filter("", "", Optional.empty(), Map.of());

        public Filter {
            labels = Map.copyOf(labels);
        }

        boolean fits(ContainerRecord record) {
            return record.id().value().startsWith(idPrefix)
                    && record.sandbox().value().startsWith(sandboxPrefix)
                    && state.stream().allMatch(wanted -> wanted == State.of(record))
                    && Labels.match(record.spec().labels(), labels);
        }
    }

    public List<ContainerRecord> run(Filter filter) {
        return store.listedContainers().stream().filter(filter::fits).toList();
    }
}
