package io.davit.backend.oci.image;

import io.davit.backend.oci.content.BlobStore;
import io.davit.backend.oci.layers.Layer;
import io.davit.backend.oci.layers.LayerLimits;
import io.davit.backend.oci.layers.LayerStore;
import io.davit.backend.oci.layers.RootFilesystems;
import io.davit.backend.oci.registry.Registries;
import io.davit.backend.oci.registry.RegistrySettings;
import io.davit.backend.oci.registry.RetryPolicy;
import io.davit.core.domain.Fault;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.spi.Images;
import io.davit.core.spi.PullRequest;
import io.davit.core.spi.Removed;
import java.io.IOException;
import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The images of the oci backend: content-addressed under one directory, unpacked for overlayfs. Thread-safe. */
public final class OciImages implements Images, AutoCloseable {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    /** As many as other engines fetch: more are no quicker from one registry and only take memory. */
    private static final int LAYERS_AT_ONCE = 3;

    private final Path directory;
    private final Clock clock;
    private final Registries registries;
    private final BlobStore blobs;
    private final LayerStore layers;
    private final ImageIndex index;
    private final LayerFetch fetch;
    private final RootFilesystems roots;
    private final Platform platform = Platform.host();
    private final Flights<PullRequest, Image> pulls = new Flights<>("pulling");

    private OciImages(
            Path directory,
            Clock clock,
            Registries registries,
            BlobStore blobs,
            LayerStore layers,
            ImageIndex index,
            RootFilesystems roots) {
        this.directory = directory;
        this.clock = clock;
        this.registries = registries;
        this.blobs = blobs;
        this.layers = layers;
        this.index = index;
        this.fetch = new LayerFetch(blobs, layers, LAYERS_AT_ONCE);
        this.roots = roots;
    }

    /**
     * Opens the store, making it if it is not there, and clears what a crash left half-made.
     *
     * @param persistentDirectory blobs, layers, records and writable layers; one filesystem, on which overlayfs can
     *     put its upper layer
     * @param volatileDirectory merged root file systems are mounted below it
     * @param registries by host with port, as it stands in image references
     */
    public static OciImages open(
            Path persistentDirectory, Path volatileDirectory, Map<String, RegistrySettings> registries, Clock clock) {
        Registries client = new Registries(
                registries, RetryPolicy.STANDARD, ProxySelector.getDefault(), RandomGenerator.getDefault());
        return open(persistentDirectory, volatileDirectory, client, clock);
    }

    static OciImages open(Path persistentDirectory, Path volatileDirectory, Registries registries, Clock clock) {
        checkOptionSafe(persistentDirectory);
        BlobStore blobs = BlobStore.open(persistentDirectory, clock);
        LayerStore layers = LayerStore.open(persistentDirectory.resolve("layers"), LayerLimits.STANDARD, bootId());
        ImageIndex index = ImageIndex.open(persistentDirectory.resolve("images"), layers, blobs);
        RootFilesystems roots = RootFilesystems.open(
                persistentDirectory.resolve("rootfs"), volatileDirectory.resolve("rootfs"), layers, index, clock);
        // What no image and no container holds is of a pull that a crash has ended.
        layers.sweep();
        blobs.sweep();
        return new OciImages(persistentDirectory, clock, registries, blobs, layers, index, roots);
    }

    // These characters separate mount options and directories in them.
    private static void checkOptionSafe(Path directory) {
        if (!directory.toString().matches(".*[,:\\\\].*")) return;
        throw Fault.invalid(
                "state directory", directory + " holds a comma, colon or backslash, as overlayfs allows none");
    }

    private static String bootId() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            throw Fault.failed("read " + BOOT_ID, e);
        }
    }

    /** The root file systems made of these images. */
    public RootFilesystems rootFilesystems() {
        return roots;
    }

    /** Equal requests at the same time are one pull; other credentials make another request. */
    @Override
    public Image pull(PullRequest request) {
        return pulls.run(
                request,
                () -> new ImagePull(
                                request.reference(),
                                registries.client(request.reference(), request.credentials()),
                                platform,
                                index,
                                blobs,
                                layers,
                                fetch)
                        .run());
    }

    @Override
    public List<Image> list() {
        return index.images();
    }

    @Override
    public Removed remove(ImageId id) {
        return index.remove(id);
    }

    @Override
    public List<FilesystemUsage> imageFilesystems() {
        long bytes = blobs.usedBytes();
        long inodes = blobs.count();
        for (Layer layer : layers.all()) {
            bytes += layer.unpacked().allocatedBytes();
            inodes += layer.unpacked().inodes();
        }
        return List.of(new FilesystemUsage(clock.instant(), directory, bytes, inodes));
    }

    @Override
    public List<FilesystemUsage> containerFilesystems() {
        return List.of(roots.usage());
    }

    /** Ends background work. What is mounted stays mounted. */
    @Override
    public void close() {
        roots.close();
        layers.close();
        registries.close();
    }
}
