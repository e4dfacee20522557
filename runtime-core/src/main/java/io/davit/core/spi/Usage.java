package io.davit.core.spi;

import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.NetworkUsage;
import io.davit.core.domain.ResourceUsage;
import java.util.Optional;

/** What something uses; every number says when it was sampled. */
public sealed interface Usage {
    ResourceUsage resources();

    /** @param writableLayer from a recent count; empty until it was counted once */
    record OfContainer(ResourceUsage resources, Optional<FilesystemUsage> writableLayer) implements Usage {}

    /**
     * A pod as a whole.
     *
     * @param resources of all its containers and what else runs in its group
     * @param network empty if the pod has no network namespace of its own
     */
    record OfSandbox(ResourceUsage resources, Optional<NetworkUsage> network) implements Usage {}
}
