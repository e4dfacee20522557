package io.davit.backend.oci.files;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files and directories of ours: created with mode 0700 and 0600, whole or not at all, deleted without following. */
public final class PrivateFiles {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final int DELETE_TRIES_MAX = 5;

    private PrivateFiles() {}

    /** Makes a directory and those above it, where they are missing. */
    public static void makeDirectory(Path directory) {
        try {
            Files.createDirectories(directory, OWNER_ONLY);
        } catch (IOException e) {
            throw Fault.failed("make the directory " + directory, e);
        }
    }

    /** Writes a small file so that a reader sees the old content or the new one, never a part. */
    public static void write(Path file, String content) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(fresh, content);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Fault.failed("write " + file, e);
        }
    }

    /** The content of a small text file; empty if there is none. */
    public static Optional<String> read(Path file) {
        try {
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw Fault.failed("read " + file, e);
        }
    }

    /** @return false if the marker was there already */
    public static boolean mark(Path marker) {
        try {
            Files.createFile(marker);
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } catch (IOException e) {
            throw Fault.failed("make " + marker, e);
        }
    }

    /** When a file or directory was last changed; empty if it is not there. */
    public static Optional<Instant> changedAt(Path file) {
        try {
            return Optional.of(
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw Fault.failed("look at " + file, e);
        }
    }

    /** Names of what is in a directory; none if it is not there. */
    public static List<String> names(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
            return names;
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException | DirectoryIteratorException e) {
            throw Fault.failed("list " + directory, e);
        }
    }

    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Fault.failed("delete " + file, e);
        }
    }

    /**
     * Deletes a directory with its content; symlinks go themselves. The caller has unmounted what was mounted below it:
     * deleting a mount point would detach the mount everywhere.
     */
    public static void deleteTree(Path directory) {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.walkFileTree(directory, new Deletion());
                return;
            } catch (DirectoryNotEmptyException e) {
                // A monitor that is ending has made another file meanwhile.
                if (attempt == DELETE_TRIES_MAX) throw Fault.failed("delete " + directory, e);
            } catch (IOException e) {
                throw Fault.failed("delete " + directory, e);
            }
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // A monitor that is ending takes its own files away meanwhile.
            if (e instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
            if (e != null) throw e;
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
