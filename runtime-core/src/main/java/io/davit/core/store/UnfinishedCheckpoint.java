package io.davit.core.store;

import io.davit.core.domain.ContainerId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A checkpoint of a pod that is being written. Found at the start of a daemon it is one that the daemon before it died
 * over.
 *
 * @param output the client's directory; it was empty
 * @param containers at least one; each is part of one such checkpoint at a time
 */
public record UnfinishedCheckpoint(Path output, List<ContainerId> containers) {
    public UnfinishedCheckpoint {
        containers = List.copyOf(containers);
    }

    ContainerId id() {
        return containers.getFirst();
    }

    /**
     * Deletes what there is of it and nothing else, unless it came to its end after all.
     *
     * @return whether anything had to be deleted
     */
    public boolean discard() {
        // A client that has taken its directory away does not want it back.
        return Files.isDirectory(output) && PodCheckpoint.discard(output, containers);
    }
}
