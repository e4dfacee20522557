package io.davit.backend.oci.layers;

import io.davit.backend.oci.content.ContentFaults;
import io.davit.backend.oci.files.PodOwner;
import io.davit.backend.oci.namespaces.NewUserNamespace;
import io.davit.backend.oci.syscall.MountTree;
import io.davit.backend.oci.syscall.Mounts;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.core.domain.Fault;
import io.davit.core.domain.IdMapping;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces.UserNamespace;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Shows layers with the owners that a pod's user namespace gives them, without changing the files: overlayfs takes
 * directories of id-mapped mounts (Linux 5.19), keeps them, and needs the mounts themselves no longer once it is mounted.
 */
final class ShownOwners {
    private static final IdMapping ANY = new IdMapping(100_000, 0, 65_536);

    private final Path layers;
    private final Path places;
    private final AtomicLong last = new AtomicLong();

    /**
     * Shows what is below {@code layers}.
     *
     * @param places a directory for mounts of a moment
     */
    ShownOwners(Path layers, Path places) {
        this.layers = layers;
        this.places = places;
    }

    /** Removes what a crash has left. */
    void clear() {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(Files.createDirectories(places))) {
            for (Path place : left) {
                remove(place);
            }
        } catch (IOException e) {
            throw ContentFaults.of("clear " + places, e);
        }
    }

    /** Calls {@code use} with the layers as {@code owner} sees them; as they are if there is none. */
    void seenBy(Optional<PodOwner> owner, List<Path> lower, Consumer<List<Path>> use) throws IOException {
        if (owner.isEmpty()) {
            use.accept(lower);
            return;
        }
        Path place = Files.createDirectory(places.resolve(Long.toString(last.incrementAndGet())));
        try {
            try (MountTree tree = MountTree.copy(layers)) {
                tree.shiftOwners(owner.get().namespace());
                tree.attach(place);
            }
            use.accept(lower.stream().map(path -> shown(path, place)).toList());
        } finally {
            remove(place);
        }
    }

    // The empty directory that stands in for a layer is not below, and has nothing in it to be owned.
    private Path shown(Path layer, Path place) {
        return layer.startsWith(layers) ? place.resolve(layers.relativize(layer)) : layer;
    }

    private static void remove(Path place) throws IOException {
        Mounts.detachAll(place);
        Files.deleteIfExists(place);
    }

    /** Tries it on the layers' directory; empty if it works, else why not. */
    Optional<String> trouble() {
        UserNamespace mapping = new UserNamespace(NamespaceMode.POD, List.of(ANY), List.of(ANY));
        try (NewUserNamespace namespace = NewUserNamespace.make(mapping, Set.of());
                MountTree tree = MountTree.copy(layers)) {
            tree.shiftOwners(namespace.file(NamespaceKind.USER));
            return Optional.empty();
        } catch (Fault fault) {
            return Optional.of(fault.kind().text());
        }
    }
}
