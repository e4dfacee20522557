package io.davit.backend.oci.bundle;

import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.FileLabel;
import io.davit.backend.oci.syscall.FileType;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gives a volume, and all below it, the SELinux context of the container's files (cri-api, Mount.selinux_relabel). */
final class Relabelling {
    /** What is nested deeper keeps its label: each level costs a descriptor and a stack frame. */
    private static final int DEPTH_MAX = 512;

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

    private final FileLabel label;

    private Relabelling(FileLabel label) {
        this.label = label;
    }

    /**
     * Labels it.
     *
     * @param volume without symlinks
     * @throws Fault InvalidRequest for what belongs to the system
     */
    static void of(Path volume, String label) {
        refuseSystem(volume);
        Relabelling relabelling = new Relabelling(new FileLabel(label));
        Path parent = Optional.ofNullable(volume.getParent()).orElse(volume);
        try (Directory above = Directory.open(parent)) {
            RawPath name = RawPath.of(volume.getFileName().toString());
            relabelling.label.set(above.attributes(name));
            above.child(name).ifPresent(directory -> {
                try (directory) {
                    relabelling.walk(directory, 1);
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

    private void walk(Directory directory, int depth) {
        List<Directory.Entry> batch = directory.nextEntries();
        while (!batch.isEmpty()) {
            for (Directory.Entry entry : batch) {
                label.set(directory.attributes(entry.name()));
                if (entry.type() == FileType.DIRECTORY && depth < DEPTH_MAX) descend(directory, entry, depth);
            }
            batch = directory.nextEntries();
        }
    }

    private void descend(Directory directory, Directory.Entry entry, int depth) {
        Optional<Directory> child = directory.child(entry.name());
        if (child.isEmpty()) return;
        try (Directory opened = child.get()) {
            walk(opened, depth + 1);
        }
    }

    private static List<Path> paths(String... names) {
        return List.of(names).stream().map(Path::of).toList();
    }
}
