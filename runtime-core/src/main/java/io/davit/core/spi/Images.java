package io.davit.core.spi;

import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageReference;
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

    /** All images, from memory: called by every List and Status. */
    List<Image> list();

    /** Forgets the image and all its names; content that containers still use goes with the last of them. */
    Removed remove(ImageId id);

    /** What image content uses of each filesystem it lies on, from a recent sample; never walks a disk. */
    List<FilesystemUsage> imageFilesystems();

    /** What writable layers use of each filesystem they lie on, from a recent sample; never walks a disk. */
    List<FilesystemUsage> containerFilesystems();
}
