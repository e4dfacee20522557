package io.davit.core.query;

import io.davit.core.store.ContainerRecord;
import io.davit.core.store.SandboxRecord;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pod with all its containers, and since when that holds. */
public record PodReading(ObjectLookup lookup, ListContainers listContainers, InstantSource clock) {
    /** @param at what happened before it can be seen in the others; they may be younger, and never older */
    public record Seen(Instant at, SandboxRecord sandbox, List<ContainerRecord> containers) {
        public Seen {
            containers = List.copyOf(containers);
        }
    }

    /** @throws io.davit.core.domain.Fault Absent; InvalidRequest if the id is empty or ambiguous */
    public Seen of(String sandboxId) {
        Instant before = clock.instant();
        SandboxRecord sandbox = lookup.sandbox(sandboxId);
        List<ContainerRecord> containers =
                listContainers.run(new ListContainers.Filter("", sandbox.id().value(), Optional.empty(), Map.of()));
        return new Seen(before, sandbox, containers);
    }
}
