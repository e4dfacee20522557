package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Finding;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What {@code davit doctor} says of the filesystems that davit writes to. */
final class DiskChecks {
    private static final long GIB = 1L << 30;
    private static final long ROOT_BYTES_NEEDED = GIB;
    private static final long ROOT_BYTES_WANTED = 10 * GIB;

    /** overlayfs takes no upper directory on these (Documentation/filesystems/overlayfs). */
    private static final Set<String> NO_UPPER =
            Set.of("overlay", "nfs", "nfs4", "vfat", "ntfs", "9p", "virtiofs", "fuse");

    private final ServerSettings settings;

    DiskChecks(ServerSettings settings) {
        this.settings = settings;
    }

    List<Finding> findings() {
        return List.of(root());
    }

    private Finding root() {
        Path root = settings.root();
        try {
            FileStore store = Files.getFileStore(nearestExisting(root));
            String free =
                    "%s: %.1f GiB free on %s".formatted(root, (double) store.getUsableSpace() / GIB, store.type());
            if (NO_UPPER.contains(store.type())) {
                return Finding.missing(
                        "root directory",
                        free + ", which cannot hold writable layers",
                        "set server.root to a directory on ext4 or xfs");
            }
            if (store.getUsableSpace() < ROOT_BYTES_NEEDED) {
                return Finding.missing("root directory", free, "free some space, or move server.root");
            }
            if (store.getUsableSpace() < ROOT_BYTES_WANTED) {
                return Finding.warning("root directory", free, "images take some GiB: enlarge it");
            }
            return Finding.ok("root directory", free);
        } catch (IOException e) {
            return Finding.missing("root directory", root + ": " + Fault.reason(e), "set server.root");
        }
    }

    /** The directory itself is made by the first start. */
    private static Path nearestExisting(Path path) {
        Path existing = path;
        while (existing.getParent() != null && !Files.exists(existing)) existing = existing.getParent();
        return existing;
    }
}
