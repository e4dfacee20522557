package io.davit.backend.oci.monitor;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * The log of a container. The monitor opens it as root by its path, also again after a rotation; a container that was
 * given the host's log directory could plant a symlink there, so nothing below the pod's own directory may be one.
 */
public final class LogFile {
    // As containerd does: log collectors of the group root read it; the monitor itself would make it 0600.
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");

    private LogFile() {}

    /**
     * Makes the file and the directories above it, where they are missing.
     *
     * @param directory the pod's log directory, which the kubelet answers for
     * @throws Fault InvalidRequest if the path leaves the directory or a symlink stands in it
     */
    public static void prepare(Optional<Path> directory, Path log) {
        Path root = directory.orElse(Path.of("/")).normalize();
        if (!log.isAbsolute() || !log.normalize().equals(log) || !log.startsWith(root) || log.equals(root)) {
            throw Fault.invalid("log_path", "'" + log + "' is not below the pod's log directory " + root);
        }
        if (log.toString().indexOf(':') >= 0) {
            throw Fault.invalid("log_path", "'" + log + "': the monitor takes no colon in the path of a log");
        }
        try {
            Files.createDirectories(root);
            Path parent = root.resolve(root.relativize(log).resolve("..")).normalize();
            refuseSymlinks(root, parent);
            Files.createDirectories(parent);
            Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS)
                    .close();
            Files.setPosixFilePermissions(log, MODE);
        } catch (IOException e) {
            throw Fault.failed("make the log " + log, e);
        }
    }

    /** Gives a file that the monitor has made anew the mode that others expect. */
    public static void setMode(Path log) {
        try {
            Files.setPosixFilePermissions(log, MODE);
        } catch (IOException e) {
            throw Fault.failed("set the mode of the log " + log, e);
        }
    }

    private static void refuseSymlinks(Path root, Path directory) {
        Path current = root;
        for (Path name : root.relativize(directory)) {
            current = current.resolve(name);
            if (Files.isSymbolicLink(current)) throw Fault.invalid("log_path", current + " is a symlink");
        }
    }
}
