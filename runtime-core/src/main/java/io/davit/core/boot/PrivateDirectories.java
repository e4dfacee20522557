package io.davit.core.boot;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Directories that only the daemon may enter. */
final class PrivateDirectories {
    private PrivateDirectories() {}

    /** Makes the directory and its parents; its own mode is 0700 afterwards. */
    static void make(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw Fault.failed("making " + directory, e);
        }
    }
}
