package io.davit.backend.oci.container;

import io.davit.backend.oci.files.Appearance;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.ImageId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Root file systems of containers, as the image side makes them. */
public interface Roots {
    /**
     * Mounts a fresh root file system.
     *
     * @param volumes images that the container will see too; like its own they stay until {@link #release}
     * @param shown what its files show
     * @return its absolute path
     */
    Path prepare(ContainerId id, ImageId image, List<ImageId> volumes, Appearance shown);

    /**
     * Mounts what is in one of the {@code volumes} of {@link #prepare}, read-only, at {@code target}, an empty directory.
     */
    void mountVolume(ContainerId id, ImageId image, Path target, Appearance shown);

    /** Why files cannot show other owners here; empty if they can. */
    Optional<String> idMappingTrouble();

    /** Unmounts and deletes it, whole or half-made. Idempotent. */
    void release(ContainerId id);

    /** Containers that {@link #release} has something to do for. */
    List<ContainerId> present();

    /** Where its changes of the image lie, as overlayfs writes them; empty if it has no layer of its own. */
    default Optional<Path> changes(ContainerId id) {
        return Optional.empty();
    }

    /** A directory on disk beside its changes, yet to be made, which goes with it; empty as {@link #changes}. */
    default Optional<Path> beside(ContainerId id) {
        return changes(id).map(changes -> changes.resolveSibling("checkpoint"));
    }

    /** What the writable layer takes on disk, by a recent count; empty until it was counted once. Never walks a disk. */
    Optional<FilesystemUsage> usage(ContainerId id);
}
