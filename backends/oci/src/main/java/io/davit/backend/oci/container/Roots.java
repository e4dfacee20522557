package io.davit.backend.oci.container;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.ImageId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Root file systems of containers, as the image side makes them. */
public interface Roots {
    /** Mounts a fresh root file system; returns its absolute path. */
    Path prepare(ContainerId id, ImageId image);

    /** Unmounts and deletes it, whole or half-made. Idempotent. */
    void release(ContainerId id);

    /** Containers that {@link #release} has something to do for. */
    List<ContainerId> present();

    /** What the writable layer takes on disk, by a recent count; empty until it was counted once. Never walks a disk. */
    Optional<FilesystemUsage> usage(ContainerId id);
}
