package io.davit.core.boot;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Directories of the daemon, made with the modes they need. */
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

    /**
     * Makes a directory of mode 0711: nobody else may list it, but a container in a user namespace, which is not root
     * on the host, gets through it to its own root file system.
     */
    static void makePassable(Path directory) {
        make(directory);
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw Fault.failed("making " + directory, e);
        }
    }
}
