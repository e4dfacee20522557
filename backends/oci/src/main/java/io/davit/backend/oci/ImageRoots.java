package io.davit.backend.oci;

import io.davit.backend.oci.container.Roots;
import io.davit.backend.oci.files.Appearance;
import io.davit.backend.oci.layers.RootFilesystems;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.ImageId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Root file systems out of the backend's own images. */
record ImageRoots(RootFilesystems filesystems) implements Roots {
    @Override
    public Path prepare(ContainerId id, ImageId image, List<ImageId> volumes, Appearance shown) {
        return filesystems.prepare(id, image, volumes, shown);
    }

    @Override
    public void mountVolume(ContainerId id, ImageId image, Path target, Appearance shown) {
        filesystems.mountVolume(id, image, target, shown);
    }

    @Override
    public Optional<String> idMappingTrouble() {
        return filesystems.idMappingTrouble();
    }

    @Override
    public void release(ContainerId id) {
        filesystems.release(id);
    }

    @Override
    public List<ContainerId> present() {
        return filesystems.present();
    }

    @Override
    public Optional<Path> changes(ContainerId id) {
        return Optional.of(filesystems.changes(id));
    }

    @Override
    public Optional<FilesystemUsage> usage(ContainerId id) {
        return filesystems.usage(id);
    }
}
