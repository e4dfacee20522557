package io.davit.backend.oci.image;

import io.davit.backend.oci.syscall.FilesystemSize;
import java.nio.file.Path;

/**
 * Whether the filesystem of the images is about to be full. A kubelet that is short of disk removes unused images,
 * measures again as soon as the last removal was answered, and evicts pods if that has won nothing (kubernetes
 * pkg/kubelet/eviction, reclaimNodeLevelResources): then an answer must not come before the files are gone.
 */
record Room(Path directory) {
    /** The kubelet's own thresholds are 15 % (images, eviction and collection) and 10 % by default. */
    private static final int SCARCE_PERCENT = 25;

    private static final int ALL_PERCENT = 100;

    boolean isScarce() {
        FilesystemSize size = FilesystemSize.of(directory);
        return isScarce(size.freeBytes(), size.bytes()) || isScarce(size.freeInodes(), size.inodes());
    }

    /** Of 0 there is never too little: such a filesystem has no fixed number of inodes. */
    private static boolean isScarce(long free, long all) {
        return all > 0 && free < all / ALL_PERCENT * SCARCE_PERCENT;
    }
}
