package io.davit.core.store;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What a checkpoint of a pod says of itself, in the file {@code pod.json} beside an archive for each container.
 *
 * @param backend that wrote the archives, and alone can read them
 * @param handler never the empty name
 */
public record PodCheckpoint(
        String backend,
        RuntimeHandler handler,
        SandboxSpec sandbox,
        Instant writtenAt,
        List<ContainerSpec> containers) {
    private static final String NAME = "pod";

    public PodCheckpoint {
        containers = List.copyOf(containers);
    }

    /** Where a container's archive lies in the directory of a checkpoint. */
    public static Path archive(Path directory, ContainerSpec container) {
        return directory.resolve(container.id() + ".tar");
    }

    /** Makes the directory a checkpoint: the archives are there. */
    public void write(Path directory) {
        file(directory).write(NAME, this, Durability.OF_THE_NODE);
    }

    /** @throws io.davit.core.domain.Fault Absent; CorruptRecord; Refused if a newer davit wrote it */
    public static PodCheckpoint read(Path directory) {
        return file(directory).get(NAME);
    }

    private static CheckpointDirectory<PodCheckpoint> file(Path directory) {
        return new CheckpointDirectory<>(directory, PodCheckpoint.class);
    }
}
