package io.davit.backend.oci.bundle;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.FileLabel;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gives a volume, and all below it, the SELinux context of the container's files (cri-api, Mount.selinux_relabel). */
final class Relabelling {
    /** The system's own with all they hold: with other labels the node would work no more. */
    private static final List<Path> WITH_CONTENT = paths(
            "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/root", "/sbin", "/sys", "/usr");
    /** Directories that many share; what is in them can be a volume (opencontainers/selinux has this list, too). */
    private static final Set<Path> ALONE = Set.copyOf(paths(
            "/",
            "/home",
            "/media",
            "/mnt",
            "/opt",
            "/run",
            "/srv",
            "/tmp",
            "/var",
            "/var/lib",
            "/var/log",
            "/var/run",
            "/var/tmp",
            "/var/cache"));

    private Relabelling() {}

    /**
     * Labels it.
     *
     * @param volume without symlinks
     * @throws Fault InvalidRequest for what belongs to the system
     */
    static void of(Path volume, String context) {
        refuseSystem(volume);
        FileLabel label = new FileLabel(context);
        Path parent = Optional.ofNullable(volume.getParent()).orElse(volume);
        try (Directory above = Directory.open(parent)) {
            RawPath name = RawPath.of(volume.getFileName().toString());
            label.set(above.attributes(name));
            above.child(name).ifPresent(directory -> {
                try (directory) {
                    label.setBelow(directory);
                }
            });
        }
    }

    static void refuseSystem(Path volume) {
        boolean inHome = volume.startsWith("/home") && volume.getNameCount() <= 2;
        if (!inHome && !ALONE.contains(volume) && WITH_CONTENT.stream().noneMatch(volume::startsWith)) return;
        throw Fault.invalid(
                "mounts.selinux_relabel",
                volume
                        + " belongs to the system and would be unusable to it with a container's label; mount a directory"
                        + " below it, or without relabelling");
    }

    private static List<Path> paths(String... names) {
        return List.of(names).stream().map(Path::of).toList();
    }
}
