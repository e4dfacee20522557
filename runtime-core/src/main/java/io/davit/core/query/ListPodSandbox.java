package io.davit.core.query;

import io.davit.core.machine.SandboxPhase;
import io.davit.core.store.NodeStore;
import io.davit.core.store.SandboxRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sandboxes that fit a filter, ready or not; those being made are not among them. */
public final class ListPodSandbox {
    private final NodeStore store;

    public ListPodSandbox(NodeStore store) {
        this.store = store;
    }

    /**
     * All conditions must hold.
     *
     * @param idPrefix empty fits all
     * @param ready empty fits all
     */
    public record Filter(String idPrefix, Optional<Boolean> ready, Map<String, String> labels) {
        public static final Filter ALL = new Filter("", Optional.empty(), Map.of());

        public Filter {
            labels = Map.copyOf(labels);
        }

        boolean fits(SandboxRecord record) {
            boolean isReady = record.state().phase() == SandboxPhase.READY;
            return record.id().value().startsWith(idPrefix)
                    && ready.stream().allMatch(wanted -> wanted == isReady)
                    && Labels.match(record.spec().labels(), labels);
        }
    }

    public List<SandboxRecord> run(Filter filter) {
        return store.listedSandboxes().stream().filter(filter::fits).toList();
    }
}
