package io.davit.backend.oci.image;

import io.davit.backend.oci.layers.RootFilesystems;
import io.davit.backend.oci.registry.RegistrySettings;
import io.davit.core.domain.Fault;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.spi.Images;
import io.davit.core.spi.PullRequest;
import io.davit.core.spi.Removed;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The images of the oci backend: content-addressed under one directory, unpacked for overlayfs. Thread-safe. */
public final class OciImages implements Images, AutoCloseable {
    private OciImages() {}

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
        return new OciImages();
    }

    /** The root file systems made of these images. */
    public RootFilesystems rootFilesystems() {
        throw notYet();
    }

    @Override
    public Image pull(PullRequest request) {
        throw notYet();
    }

    @Override
    public List<Image> list() {
        throw notYet();
    }

    @Override
    public Removed remove(ImageId id) {
        throw notYet();
    }

    @Override
    public List<FilesystemUsage> imageFilesystems() {
        throw notYet();
    }

    @Override
    public List<FilesystemUsage> containerFilesystems() {
        throw notYet();
    }

    /** Ends background work. What is mounted stays mounted. */
    @Override
    public void close() {}

    private static Fault notYet() {
        return new Fault(new Fault.Kind.Unsupported("the image store", "it is being written"));
    }
}
