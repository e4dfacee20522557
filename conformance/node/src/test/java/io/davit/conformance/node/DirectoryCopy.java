package io.davit.conformance.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** A copy of a directory's regular files while somebody may still write to it. */
final class DirectoryCopy {
    private DirectoryCopy() {}

    static void of(Path from, Path to) {
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path entry : entries.toList()) copy(entry, to.resolve(from.relativize(entry)));
        } catch (IOException e) {
            throw new AssertionError("cannot copy " + from, e);
        }
    }

    private static void copy(Path entry, Path target) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                Files.createDirectories(target);
                Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(entry));
            }
            if (attributes.isRegularFile()) Files.write(target, Files.readAllBytes(entry));
        } catch (NoSuchFileException _) {
            // It was a temporary file, renamed since the walk: its new name is in the list, or in the next crash.
        }
    }

    static List<String> names(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) return List.of();
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
