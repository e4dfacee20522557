package io.davit.backend.oci.image;

import io.davit.backend.oci.archive.ImageArchive;
import io.davit.backend.oci.content.BlobStore;
import io.davit.backend.oci.content.ImageSource;
import io.davit.backend.oci.layers.LayerLimits;
import io.davit.backend.oci.layers.LayerStore;
import io.davit.backend.oci.layers.RootFilesystems;
import io.davit.backend.oci.registry.EnvironmentProxies;
import io.davit.backend.oci.registry.Registries;
import io.davit.backend.oci.registry.RegistrySettings;
import io.davit.backend.oci.registry.RetryPolicy;
import io.davit.backend.oci.syscall.FileLabel;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageReference;
import io.davit.core.spi.Commands;
import io.davit.core.spi.ImageActivity;
import io.davit.core.spi.Images;
import io.davit.core.spi.LayerProgress;
import io.davit.core.spi.PullRequest;
import io.davit.core.spi.Removed;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images of the oci backend: content-addressed under one directory, unpacked for overlayfs. Thread-safe. */
public final class OciImages implements Images, AutoCloseable {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    /** As many as other engines fetch: more are no quicker from one registry and only take memory. */
    private static final int LAYERS_AT_ONCE = 3;

    private static final String ARCHIVES = "archives";
    private static final String LAYERS = "layers";
    /** Less than the two minutes that a kubelet waits for an answer. */
    private static final Duration DELETION_MAX = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(OciImages.class);

    private final Path directory;
    private final Clock clock;
    private final Room room;
    private final Registries registries;
    private final BlobStore blobs;
    private final LayerStore layers;
    private final ImageIndex index;
    private final LayerFetch fetch;
    private final RootFilesystems roots;
    private final Platform platform = Platform.host();
    private final ContentCollection collection;
    private final Flights<PullRequest, Image> pulls = new Flights<>("pulling");
    private final PullsUnderWay underWay = new PullsUnderWay();
    private volatile ImagePolicy policy;

    private OciImages(
            Path directory,
            Clock clock,
            Registries registries,
            BlobStore blobs,
            LayerStore layers,
            ImageIndex index,
            RootFilesystems roots,
            ImagePolicy policy) {
        this.directory = directory;
        this.clock = clock;
        this.room = new Room(directory);
        this.registries = registries;
        this.blobs = blobs;
        this.layers = layers;
        this.index = index;
        this.fetch = new LayerFetch(blobs, layers, LAYERS_AT_ONCE);
        this.roots = roots;
        this.policy = policy;
        this.collection = ContentCollection.start(blobs, layers, clock);
    }

    /**
     * Opens the store, making it if it is not there, and clears what a crash left half-made.
     *
     * @param persistentDirectory blobs, layers, records and writable layers; one filesystem, on which overlayfs can
     *     put its upper layer
     * @param volatileDirectory merged root file systems are mounted below it
     * @param registries by host with port, as it stands in image references
     * @param commands runs credential helpers
     */
    public static OciImages open(
            Path persistentDirectory,
            Path volatileDirectory,
            ImageSettings settings,
            Map<String, RegistrySettings> registries,
            Commands commands,
            Clock clock) {
        EnvironmentProxies proxies = EnvironmentProxies.of(System.getenv());
        Registries client =
                new Registries(registries, RetryPolicy.STANDARD, proxies, commands, RandomGenerator.getDefault());
        return open(persistentDirectory, volatileDirectory, settings, client, clock);
    }

    static OciImages open(
            Path persistentDirectory,
            Path volatileDirectory,
            ImageSettings settings,
            Registries registries,
            Clock clock) {
        checkOptionSafe(persistentDirectory);
        ImageArchive.clear(persistentDirectory.resolve(ARCHIVES));
        BlobStore blobs = BlobStore.open(persistentDirectory);
        LayerStore layers = LayerStore.open(persistentDirectory.resolve(LAYERS), LayerLimits.STANDARD, bootId());
        ImageIndex index = ImageIndex.open(persistentDirectory.resolve("images"), layers, blobs);
        RootFilesystems roots = RootFilesystems.open(
                persistentDirectory.resolve("rootfs"), volatileDirectory.resolve("rootfs"), layers, index, clock);
        OciImages images = new OciImages(
                persistentDirectory, clock, registries, blobs, layers, index, roots, new ImagePolicy(settings));
        // What no image and no container holds is of a pull that a crash has ended.
        images.collection.collect();
        return images;
    }

    /**
     * Gives the files of images an SELinux context, those still to come by inheritance; to be called before the store is
     * opened. Overlays show contexts of containers, but mprotect(2) is checked by that of the file in the layer, which the
     * mapping refers to (file_map_prot_check in security/selinux/hooks.c; seen on Linux 6.1).
     */
    public static void label(Path persistentDirectory, String context) {
        try {
            FileLabel.setAll(Files.createDirectories(persistentDirectory.resolve(LAYERS)), context);
        } catch (IOException e) {
            throw Fault.failed("label the layers in " + persistentDirectory, e);
        }
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

    /** For everything that begins from now on; pulls under way go on as they began. */
    public void reconfigure(ImageSettings settings, Map<String, RegistrySettings> configured) {
        policy = new ImagePolicy(settings);
        registries.reconfigure(configured);
    }

    /** For verbose Status: what is asked for images, and in which order. */
    public Map<String, Object> details() {
        ImageSettings settings = policy.settings();
        return Map.of("registries", registries.chains(), "allowed", settings.allowed(), "pinned", settings.pinned());
    }

    /** Equal requests at the same time are one pull; other credentials make another request. */
    @Override
    public Image pull(PullRequest request) {
        ImageReference reference = request.reference();
        policy.check(reference);
        return pulls.run(request, () -> bring(reference, registries.client(reference, request.credentials())));
    }

    private Image bring(ImageReference reference, ImageSource source) {
        ImagePull.Stores stores = new ImagePull.Stores(index, blobs, layers, fetch);
        ImagePull pull = new ImagePull(
                reference, source, platform, stores, registries.signatureKeys(reference.registry()), underWay);
        return pull.run();
    }

    @Override
    public List<Image> load(InputStream archive, List<ImageReference> names) {
        try (ImageArchive read = ImageArchive.read(directory.resolve(ARCHIVES), archive)) {
            ImageArchive.Contents contents = read.contents(names);
            contents.images().forEach(named -> policy.check(named.reference()));
            return contents.images().stream()
                    .map(named -> bring(named.reference(), contents.source().of(named.manifest())))
                    .distinct()
                    .toList();
        }
    }

    @Override
    public void save(List<ImageReference> names, OutputStream archive) throws IOException {
        new SavedImages(index, blobs).write(names, archive);
    }

    @Override
    public List<LayerProgress> progress(ImageReference image) {
        return underWay.layersOf(image).stream().map(fetch::progress).toList();
    }

    @Override
    public List<Image> list() {
        return policy.marked(index.images());
    }

    @Override
    public ImageActivity activity() {
        // Two images may wait for the same blob.
        Map<Digest, LayerProgress> wanted = underWay.all().stream()
                .map(fetch::progress)
                .collect(Collectors.toMap(LayerProgress::layer, layer -> layer, (some, _) -> some));
        long remaining = wanted.values().stream()
                .mapToLong(layer -> layer.blobBytes() - layer.fetchedBytes())
                .sum();
        return new ImageActivity(
                blobs.fetchedBytes(),
                blobs.resumedBytes(),
                fetch.joinedBytes(),
                layers.installed(),
                layers.deleted(),
                remaining,
                layers.usage().trashBytes());
    }

    @Override
    public Removed remove(ImageId id) {
        boolean scarce = room.isScarce();
        Removed removed = index.remove(id);
        if (scarce && !layers.awaitDeletions(DELETION_MAX)) {
            LOG.warn("image {} is removed, but its files are still being deleted", id);
        }
        return removed;
    }

    /** Waits until nothing is left of images that were removed; returns whether that was so within the limit. */
    boolean awaitDeletions(Duration limit) {
        return layers.awaitDeletions(limit);
    }

    @Override
    public List<FilesystemUsage> imageFilesystems() {
        LayerStore.Usage used = layers.usage();
        return List.of(new FilesystemUsage(
                clock.instant(), directory, blobs.usedBytes() + used.bytes(), blobs.count() + used.inodes()));
    }

    @Override
    public List<FilesystemUsage> containerFilesystems() {
        // Under the same mount point: the kubelet takes different ones for different disks (KEP-4191).
        FilesystemUsage used = roots.usage();
        return List.of(new FilesystemUsage(used.sampledAt(), directory, used.usedBytes(), used.usedInodes()));
    }

    /** Ends background work. What is mounted stays mounted. */
    @Override
    public void close() {
        collection.close();
        roots.close();
        layers.close();
        registries.close();
    }
}
