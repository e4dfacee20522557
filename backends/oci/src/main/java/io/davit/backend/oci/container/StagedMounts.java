package io.davit.backend.oci.container;

import io.davit.backend.oci.bundle.MountSources;
import io.davit.backend.oci.files.Appearance;
import io.davit.backend.oci.files.PodOwner;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.namespaces.NewUserNamespace;
import io.davit.backend.oci.syscall.MountTree;
import io.davit.backend.oci.syscall.Mounts;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.IdMapping;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.Mount;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Mounts beside a container's bundle: images, and host paths with other owners. The OCI runtime binds them into the
 * container while it creates it; from then on the container has its own, and these are let go.
 */
final class StagedMounts implements MountSources, AutoCloseable {
    private final ContainerId id;
    private final Path directory;
    private final Roots roots;
    private final Appearance shown;
    private final Map<ImageId, Path> images = new HashMap<>();
    private int last;

    StagedMounts(ContainerId id, ContainerDirectory directory, Roots roots, Appearance shown) {
        this.id = id;
        this.directory = directory.mounts();
        this.roots = roots;
        this.shown = shown;
    }

    @Override
    public Path image(Mount.Source.ImageVolume volume) {
        ImageId image = volume.id().orElseThrow(() -> new IllegalArgumentException("not looked up: " + volume));
        return images.computeIfAbsent(image, this::mountImage);
    }

    private Path mountImage(ImageId image) {
        Path target = next();
        PrivateFiles.makeDirectory(target);
        roots.mountVolume(id, image, target, shown);
        return target;
    }

    @Override
    public Path shifted(Path source, Mount mount) {
        UserNamespace wanted = mapping(mount);
        Path target = next();
        if (Files.isDirectory(source)) PrivateFiles.makeDirectory(target);
        else makeFile(target);
        try (MountTree tree = MountTree.copy(source)) {
            Optional<PodOwner> same = shown.owner().filter(pod -> pod.mapping().equals(wanted));
            if (same.isPresent()) {
                tree.shiftOwners(same.get().namespace());
            } else {
                try (NewUserNamespace other = NewUserNamespace.make(wanted, Set.of())) {
                    tree.shiftOwners(other.file(NamespaceKind.USER));
                }
            }
            tree.attach(target);
        }
        return target;
    }

    private static UserNamespace mapping(Mount mount) {
        List<IdMapping> uids = mount.uidMappings();
        List<IdMapping> gids = mount.gidMappings();
        if (uids.size() == 1 && gids.size() == 1) return new UserNamespace(NamespaceMode.POD, uids, gids);
        throw Fault.invalid(
                "mounts[" + mount.containerPath() + "].uidMappings",
                "one of uids and one of gids are possible, not " + uids.size() + " and " + gids.size());
    }

    private Path next() {
        PrivateFiles.makeDirectory(directory);
        return directory.resolve(Integer.toString(last++));
    }

    private static void makeFile(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw Fault.failed("make " + file, e);
        }
    }

    @Override
    public void close() {
        release(directory);
    }

    /** Lets go of all that is staged in {@code directory}. Idempotent. */
    static void release(Path directory) {
        PrivateFiles.names(directory).forEach(name -> {
            Path place = directory.resolve(name);
            // Unmounted before it is deleted: deleting a mount point would detach the mount everywhere.
            Mounts.detachAll(place);
            PrivateFiles.delete(place);
        });
    }
}
