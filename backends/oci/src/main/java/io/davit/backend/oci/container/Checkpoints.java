package io.davit.backend.oci.container;

import io.davit.backend.oci.runtime.OciRuntime;
import io.davit.core.domain.Fault;
import io.davit.core.spi.CheckpointRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes containers to archives, and lays out what is in one. */
public interface Checkpoints {
    /** Directory of the images of the process, in an archive. */
    String IMAGES = "checkpoint";

    /**
     * A container to be written.
     *
     * @param upper where its changes of its root file system lie, if it has a layer of its own
     */
    record Target(
            CheckpointRequest.Subject subject,
            ContainerDirectory directory,
            ContainerNote note,
            Optional<Path> upper) {}

    /**
     * See {@link io.davit.core.spi.Containers#checkpoint}.
     *
     * @param shm the pod's /dev/shm, if it has one of its own
     */
    void make(CheckpointRequest request, List<Target> targets, Optional<Path> shm);

    /**
     * Repeats a container's changes of its files.
     *
     * @param home an empty directory on a disk, for what the archive holds, the images of the process in {@link #IMAGES}
     * @param rootfs of the new container, as its image has it
     */
    void unpack(Path archive, OciRuntime runtime, Path home, Path rootfs, Optional<Path> shm);

    /** Why a process could not go on, with what criu has said of it in the container's directory. */
    Fault explained(Fault fault, ContainerDirectory directory);
}
