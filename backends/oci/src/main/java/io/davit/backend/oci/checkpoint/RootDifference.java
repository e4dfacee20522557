package io.davit.backend.oci.checkpoint;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.RawPath;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * What a container has changed of its image, as overlayfs notes it (overlayfs.rst); paths relative to the upper
 * directory.
 *
 * @param kept all that is there, parents first
 * @param deleted character devices 0:0
 * @param replaced directories of which nothing shows through; of some there never was anything
 */
record RootDifference(List<Path> kept, List<Path> deleted, List<Path> replaced) {
    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final byte[] YES = {'y'};

    static RootDifference of(Path upper) throws IOException {
        List<Path> kept = new ArrayList<>();
        List<Path> deleted = new ArrayList<>();
        List<Path> replaced = new ArrayList<>();
        Files.walkFileTree(upper, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                kept.add(upper.relativize(directory));
                if (!directory.equals(upper) && isOpaque(directory)) replaced.add(upper.relativize(directory));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                List<Path> list = attributes.isOther() && isWhiteout(file) ? deleted : kept;
                list.add(upper.relativize(file));
                return FileVisitResult.CONTINUE;
            }
        });
        return new RootDifference(kept, deleted, replaced);
    }

    private static boolean isOpaque(Path directory) {
        try (Directory opened = Directory.open(directory)) {
            return opened.attributes(RawPath.of(".")).has(OPAQUE, YES);
        }
    }

    private static boolean isWhiteout(Path file) throws IOException {
        int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        long device = (Long) Files.getAttribute(file, "unix:rdev", LinkOption.NOFOLLOW_LINKS);
        return (mode & 0170000) == 0020000 && device == 0;
    }
}
