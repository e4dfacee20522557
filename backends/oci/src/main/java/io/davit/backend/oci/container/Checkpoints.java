package io.davit.backend.oci.container;

import io.davit.core.spi.CheckpointRequest;
import java.nio.file.Path;
import java.util.Optional;

/** Writes containers to archives. */
@FunctionalInterface
public interface Checkpoints {
    /**
     * See {@link io.davit.core.spi.Containers#checkpoint}.
     *
     * @param upper where the container's changes of its root file system lie, if it has a layer of its own
     */
    void make(CheckpointRequest request, ContainerDirectory directory, ContainerNote note, Optional<Path> upper);
}
