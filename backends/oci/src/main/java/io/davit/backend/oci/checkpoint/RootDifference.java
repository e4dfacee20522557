package io.davit.backend.oci.checkpoint;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** What a container has deleted of its image: overlayfs notes each as a character device 0:0 (overlayfs.rst). */
final class RootDifference {
    private RootDifference() {}

    /** Paths of whiteouts, relative to {@code upper}. */
    static List<Path> deleted(Path upper) throws IOException {
        List<Path> deleted = new ArrayList<>();
        Files.walkFileTree(upper, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isOther() && isWhiteout(file)) deleted.add(upper.relativize(file));
                return FileVisitResult.CONTINUE;
            }
        });
        return deleted;
    }

    private static boolean isWhiteout(Path file) throws IOException {
        int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        long device = (Long) Files.getAttribute(file, "unix:rdev", LinkOption.NOFOLLOW_LINKS);
        return (mode & 0170000) == 0020000 && device == 0;
    }
}
