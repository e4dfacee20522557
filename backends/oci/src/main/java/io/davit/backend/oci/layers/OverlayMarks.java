package io.davit.backend.oci.layers;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.FileStatus;
import io.davit.backend.oci.syscall.FileType;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.core.domain.Fault;
import java.util.Optional;

/** How overlayfs writes down removals (kernel documentation, filesystems/overlayfs, "whiteouts and opaque directories"). */
final class OverlayMarks {
    /** For root; user.overlay.* counts only in mounts with userxattr, which ours are not. */
    static final String OPAQUE = "trusted.overlay.opaque";

    private static final String NAMESPACE = "trusted.overlay.";
    private static final String USER_NAMESPACE = "user.overlay.";
    private static final RawPath SELF = RawPath.of(".");
    private static final byte[] YES = {'y'};

    private OverlayMarks() {}

    /** Attributes with which an archive could forge marks. */
    static boolean isMark(String attribute) {
        return attribute.startsWith(NAMESPACE) || attribute.startsWith(USER_NAMESPACE);
    }

    static boolean isOpaque(Directory directory) {
        return directory.attributes(SELF).has(OPAQUE, YES);
    }

    static void makeOpaque(Directory parent, RawPath name) {
        if (!parent.attributes(name).set(OPAQUE, YES)) {
            throw Fault.failed(
                    "unpack a layer",
                    "the filesystem of " + parent + " has no trusted.* attributes; use ext4, xfs or btrfs");
        }
    }

    /** Marks a name as removed. A directory that the same layer has put there hides its lower ones instead. */
    static void hide(Directory parent, RawPath name) {
        if (parent.mknod(name, FileType.CHARACTER_DEVICE, 0, 0, 0)) return;
        Optional<FileStatus> there = parent.status(name);
        if (there.isPresent() && there.get().isDirectory()) makeOpaque(parent, name);
    }
}
