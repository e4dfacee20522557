package io.davit.backend.oci.layers;

import io.davit.backend.oci.content.ContentFaults;
import io.davit.backend.oci.content.RecordFile;
import io.davit.backend.oci.files.Appearance;
import io.davit.backend.oci.files.PodOwner;
import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.FileStatus;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.backend.oci.syscall.Mounts;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.ImageId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Root file systems of containers: overlays of an image's layers and a fresh writable one. Thread-safe; one call at a
 * time for one container.
 */
public final class RootFilesystems implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RootFilesystems.class);
    private static final RawPath SELF = RawPath.of(".");
    private static final String EMPTY = "empty";
    private static final String SHIFTED = "shifted";
    private static final String UPPER = "upper";

    private final Path writable;
    private final Path merged;
    private final LayerStore layers;
    private final ImageLayers images;
    private final OverlayOptions options = OverlayOptions.forThisKernel();
    private final Map<ContainerId, List<Digest>> held = new ConcurrentHashMap<>();
    private final ShownOwners owners;
    private final WritableUsage usage;

    private RootFilesystems(Path writable, Path merged, LayerStore layers, ImageLayers images, Clock clock) {
        this.writable = writable;
        this.merged = merged;
        this.layers = layers;
        this.images = images;
        this.owners = new ShownOwners(layers.directory(), merged.resolve(SHIFTED));
        this.usage = new WritableUsage(this::uppers, writable, clock);
    }

    /**
     * Takes up what is there.
     *
     * @param writable writable layers, on the filesystem of the layers
     * @param merged mount points
     */
    public static RootFilesystems open(Path writable, Path merged, LayerStore layers, ImageLayers images, Clock clock) {
        try {
            Files.createDirectories(writable);
            Files.createDirectories(merged);
        } catch (IOException e) {
            throw ContentFaults.of("make the directories of root file systems", e);
        }
        RootFilesystems roots = new RootFilesystems(writable, merged, layers, images, clock);
        roots.makePrivate();
        roots.owners.clear();
        roots.present().forEach(roots::holdLayers);
        roots.usage.start();
        return roots;
    }

    // Mounts below a shared mount would appear in every other mount namespace of the host and keep the overlay busy
    // there; below a private one they do not.
    private void makePrivate() {
        if (MountTable.read().at(merged).isPresent()) return;
        Mounts.bind(merged, merged);
        Mounts.change(merged, Set.of(Mounts.Flag.PRIVATE));
    }

    private void holdLayers(ContainerId id) {
        try {
            List<Digest> chains =
                    RootReference.read(home(id).resolve(RootReference.FILE)).digests();
            layers.hold(chains);
            held.put(id, chains);
        } catch (Fault e) {
            // Half-made or half-removed: there is nothing mounted whose layers would be missed.
            LOG.info("the root file system of container {} can only be removed: {}", id, e.getMessage());
        }
    }

    /** A root file system with the image's owners, and no volumes. */
    public Path prepare(ContainerId id, ImageId image) {
        return prepare(id, image, List.of(), Appearance.PLAIN);
    }

    /**
     * Mounts a fresh root file system. What an earlier try left under the same id is cleared first. The layers of the
     * image and of {@code volumes} stay until {@link #release}, also across restarts and when an image is removed
     * meanwhile.
     *
     * @param shown what the files show that those of the image do not
     * @return the merged root, an absolute path
     * @throws Fault Absent if there is no such image
     */
    public Path prepare(ContainerId id, ImageId image, List<ImageId> volumes, Appearance shown) {
        release(id);
        List<Digest> own = chains(image);
        List<Digest> all = new ArrayList<>(own);
        volumes.forEach(volume -> all.addAll(chains(volume)));
        if (!layers.holdAll(all)) throw absent(image);
        held.put(id, all);
        try {
            Path home = Files.createDirectory(home(id));
            RecordFile.write(home.resolve(RootReference.FILE), RootReference.of(image, all));
            return mount(id, own, shown);
        } catch (IOException e) {
            throw undo(id, ContentFaults.of("prepare the root file system of container " + id, e));
        } catch (Fault e) {
            throw undo(id, e);
        }
    }

    private Fault undo(ContainerId id, Fault failure) {
        try {
            release(id);
        } catch (Fault e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private List<Digest> chains(ImageId image) {
        return images.chains(image).orElseThrow(() -> absent(image));
    }

    private static Fault absent(ImageId image) {
        return new Fault(new Fault.Kind.Absent("image " + image));
    }

    private Path mount(ContainerId id, List<Digest> chains, Appearance shown) throws IOException {
        Path home = home(id);
        List<Path> lower = lower(chains);
        Path upper = Files.createDirectory(home.resolve(UPPER));
        Path work = Files.createDirectory(home.resolve("work"));
        Path root = Files.createDirectory(merged.resolve(id.value()));
        adoptRoot(lower.getFirst(), upper, shown.owner());
        usage.began(id, upper);
        OverlayOptions all = options.with(shown);
        owners.seenBy(shown.owner(), lower, layers -> new OverlayMount(layers, upper, work, root).mount(all));
        return root;
    }

    /** Mounts what is in an image of {@code volumes} at {@code target}, read-only. The caller unmounts it. */
    public void mountVolume(ContainerId id, ImageId image, Path target, Appearance shown) {
        List<Digest> chains = chains(image);
        if (!Optional.ofNullable(held.get(id)).orElse(List.of()).containsAll(chains)) throw absent(image);
        try {
            List<Path> lower = new ArrayList<>(lower(chains));
            // Without a writable layer overlayfs wants two others, and no more than it needs.
            if (lower.size() == 1) {
                Path empty = writable.resolve(EMPTY);
                lower.add(Files.createDirectories(chains.isEmpty() ? empty.resolve(EMPTY) : empty));
            }
            String context = shown.contextOption();
            owners.seenBy(shown.owner(), lower, layers -> OverlayMount.readOnly(layers, target, context));
        } catch (IOException e) {
            throw ContentFaults.of("mount the image " + image, e);
        }
    }

    private List<Path> lower(List<Digest> chains) throws IOException {
        // An image without layers: overlayfs wants a lower directory all the same.
        if (chains.isEmpty()) return List.of(Files.createDirectories(writable.resolve(EMPTY)));
        return LayerInstallation.visible(layers.stack(chains.getLast()).orElseThrow());
    }

    // The merged root directory shows owner and permissions of the upper one.
    private static void adoptRoot(Path lower, Path upper, Optional<PodOwner> owner) {
        try (Directory from = Directory.open(lower);
                Directory to = Directory.open(upper)) {
            FileStatus status = from.status();
            int uid = status.uid();
            int gid = status.gid();
            to.chown(
                    SELF,
                    owner.map(pod -> pod.uid(uid)).orElse(uid),
                    owner.map(pod -> pod.gid(gid)).orElse(gid));
            to.chmod(SELF, status.permissions());
        }
    }

    /** Whether files of layers can show other owners; empty if they can, else why not. */
    public Optional<String> idMappingTrouble() {
        return owners.trouble();
    }

    /** Unmounts and deletes the root file system, whole or half-made. Idempotent. */
    public void release(ContainerId id) {
        // Detached, not just unmounted: a process that lingers must not keep the container from being removed. When
        // this returns nothing is mounted there, so that removing the directory cannot pull a mount from under others.
        Mounts.detachAll(merged.resolve(id.value()));
        try {
            Files.deleteIfExists(merged.resolve(id.value()));
        } catch (IOException e) {
            throw ContentFaults.of("remove the mount point of container " + id, e);
        }
        try (Directory parent = Directory.open(writable)) {
            TreeRemoval.remove(parent, RawPath.of(id.value()));
        }
        List<Digest> chains = held.remove(id);
        if (chains != null) layers.release(chains);
    }

    /** Containers that {@link #release} has something to do for. */
    public List<ContainerId> present() {
        Set<String> names = new TreeSet<>();
        for (Path directory : List.of(writable, merged)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                entries.forEach(entry -> names.add(entry.getFileName().toString()));
            } catch (IOException e) {
                throw ContentFaults.of("list the root file systems in " + directory, e);
            }
        }
        names.removeAll(Set.of(EMPTY, SHIFTED));
        return names.stream().map(ContainerId::new).toList();
    }

    /** The container's writable layer. */
    public Path changes(ContainerId id) {
        return home(id).resolve(UPPER);
    }

    /** What a container's writable layer takes on disk, by a recent count; empty until it was counted once. */
    public Optional<FilesystemUsage> usage(ContainerId id) {
        return usage.of(id);
    }

    /** What all writable layers take on disk, by a recent count. */
    public FilesystemUsage usage() {
        return usage.total();
    }

    private Map<ContainerId, Path> uppers() {
        return present().stream().collect(Collectors.toMap(id -> id, id -> home(id).resolve(UPPER)));
    }

    /** Lets go of the mount that shields the others, if there is none left to shield. */
    @Override
    public void close() {
        usage.close();
        if (present().isEmpty()) Mounts.detachAll(merged);
    }

    private Path home(ContainerId id) {
        return writable.resolve(id.value());
    }
}
