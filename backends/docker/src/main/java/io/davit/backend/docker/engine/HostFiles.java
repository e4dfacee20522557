package io.davit.backend.docker.engine;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Files and directories of our own below the backend's directories. */
public final class HostFiles {
    // World-readable whatever the daemon's umask: processes of containers have any user.
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

    private HostFiles() {}

    public static void makeDirectory(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw Fault.failed("make the directory " + directory, e);
        }
    }

    public static void writeReadable(Path file, byte[] content) {
        try {
            Files.write(file, content);
            Files.setPosixFilePermissions(file, READABLE);
        } catch (IOException e) {
            throw Fault.failed("write " + file, e);
        }
    }

    /** @return false if the mark was there already */
    public static boolean mark(Path file) {
        try {
            Files.createFile(file);
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } catch (IOException e) {
            throw Fault.failed("make " + file, e);
        }
    }

    /** Deletes a directory of ours and what is in it, without following links. Idempotent. */
    public static void deleteTree(Path directory) {
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        } catch (NoSuchFileException _) {
            // It has gone already.
        } catch (IOException e) {
            throw Fault.failed("delete " + directory, e);
        }
    }

    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Fault.failed("delete " + file, e);
        }
    }

    /** Names in a directory; none if it is not there. */
    public static List<String> names(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> String.valueOf(path.getFileName())).toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw Fault.failed("list " + directory, e);
        }
    }
}
