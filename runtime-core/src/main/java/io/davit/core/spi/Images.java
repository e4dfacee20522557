package io.davit.core.spi;

import io.davit.core.domain.Fault;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Images of an engine. An image is visible whole or not at all. */
public interface Images {
    /**
     * Brings an image from its registry, unpacked and verified; when the content is already here, only the names are
     * brought up to date. An interrupt gives up; content that was verified may stay for the next try.
     */
    Image pull(PullRequest request);

    /** How far the pull of this image is that is under way, lowest layer first; empty if there is none. From memory. */
    default List<LayerProgress> progress(ImageReference image) {
        return List.of();
    }

    /** What was done for images so far, from memory: for the metrics of the daemon. */
    default ImageActivity activity() {
        return ImageActivity.UNKNOWN;
    }

    /**
     * Adds the images of an archive (docker-archive or oci-archive, packed or not) as a pull from a registry would.
     *
     * @param names for images that have none in the archive; at most one
     * @throws io.davit.core.domain.Fault InvalidRequest if it is no such archive; Unsupported if the engine cannot
     */
    default List<Image> load(InputStream archive, List<ImageReference> names) {
        throw new Fault(new Fault.Kind.Unsupported("loading images", "this backend reads no archives"));
    }

    /**
     * Writes images into an archive that is both docker-archive and oci-archive. The stream stays open.
     *
     * @param names as listed, with tag or digest
     * @throws io.davit.core.domain.Fault Absent if one is not here; Unsupported if the engine cannot
     */
    default void save(List<ImageReference> names, OutputStream archive) throws IOException {
        throw new Fault(new Fault.Kind.Unsupported("saving images", "this backend writes no archives"));
    }

    /** All images, from memory: called by every List and Status. */
    List<Image> list();

    /** Forgets the image and all its names; content that containers still use goes with the last of them. */
    Removed remove(ImageId id);

    /** What image content uses of each filesystem it lies on, from a recent sample; never walks a disk. */
    List<FilesystemUsage> imageFilesystems();

    /** What writable layers use of each filesystem they lie on, from a recent sample; never walks a disk. */
    List<FilesystemUsage> containerFilesystems();
}
