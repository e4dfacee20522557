package io.davit.core.store;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
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
        return archive(directory, container.id());
    }

    private static Path archive(Path directory, ContainerId container) {
        return directory.resolve(container + ".tar");
    }

    /** Makes the directory a checkpoint: the archives are there. */
    public void write(Path directory) {
        file(directory).write(NAME, this, Durability.OF_THE_NODE);
    }

    /** @throws io.davit.core.domain.Fault Absent; CorruptRecord; Refused if a newer davit wrote it */
    public static PodCheckpoint read(Path directory) {
        return file(directory).get(NAME);
    }

    /** Deletes the archives of these containers unless the directory is a checkpoint; returns whether there were any. */
    static boolean discard(Path directory, List<ContainerId> containers) {
        if (file(directory).has(NAME)) return false;
        boolean any = false;
        try {
            for (ContainerId container : containers) any |= Files.deleteIfExists(archive(directory, container));
        } catch (IOException e) {
            throw Fault.failed("empty " + directory, e);
        }
        file(directory).delete(NAME);
        return any;
    }

    private static CheckpointDirectory<PodCheckpoint> file(Path directory) {
        return new CheckpointDirectory<>(directory, PodCheckpoint.class);
    }
}
