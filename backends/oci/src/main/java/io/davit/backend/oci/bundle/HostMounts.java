package io.davit.backend.oci.bundle;

import io.davit.backend.oci.syscall.MountTable;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Mounts of host paths, as requested (cri-api Mount). */
final class HostMounts {
    private static final FileAttribute<?> DIRECTORY_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
    private static final Set<String> OPTIONS = Set.of("exec", "noexec", "dev", "nodev", "suid", "nosuid");

    private final boolean createMissing;
    private final boolean recursiveReadOnly;

    /**
     * @param createMissing make a directory where the host path is missing, as Docker, containerd and CRI-O do
     * @param recursiveReadOnly whether the runtime knows {@code rro}
     */
    HostMounts(boolean createMissing, boolean recursiveReadOnly) {
        this.createMissing = createMissing;
        this.recursiveReadOnly = recursiveReadOnly;
    }

    MountEntry resolve(Mount mount) {
        return switch (mount.source()) {
            case Mount.Source.HostPath(String path) -> bind(mount, path);
            case Mount.Source.ImageVolume _ ->
                throw new Fault(new Fault.Kind.Unsupported(
                        "the image volume at " + mount.containerPath(), "this backend cannot mount images yet"));
        };
    }

    private MountEntry bind(Mount mount, String hostPath) {
        if (!mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty()) {
            throw new Fault(new Fault.Kind.Unsupported(
                    "id mappings of the mount at " + mount.containerPath(), "user namespaces are not implemented"));
        }
        if (!hostPath.startsWith("/")) throw Fault.invalid("mounts.host_path", "not absolute: '" + hostPath + "'");
        Path source = real(hostPath);
        checkPropagation(mount, source);
        return new MountEntry(MountEntry.destination(mount.containerPath()), "bind", source.toString(), options(mount));
    }

    private Path real(String hostPath) {
        Path path = Path.of(hostPath);
        try {
            return path.toRealPath();
        } catch (NoSuchFileException e) {
            if (createMissing) return create(path);
            throw new Fault(
                    Fault.invalid("mounts.host_path", hostPath + " does not exist on this node")
                            .kind(),
                    e);
        } catch (IOException e) {
            throw Fault.failed("look at the mount source " + hostPath, e);
        }
    }

    private static Path create(Path path) {
        try {
            return Files.createDirectories(path, DIRECTORY_MODE).toRealPath();
        } catch (IOException e) {
            throw Fault.failed("make the mount source " + path, e);
        }
    }

    // A mount that shall pass on later mounts needs a source that does: else the request could not be met, silently.
    private static void checkPropagation(Mount mount, Path source) {
        if (mount.propagation() == Mount.Propagation.PRIVATE) return;
        MountTable.Entry entry = MountTable.read()
                .covering(source)
                .orElseThrow(() -> Fault.failed("look at the mount source " + source, "it lies on no mount"));
        boolean passesOn =
                entry.shared() || (mount.propagation() == Mount.Propagation.HOST_TO_CONTAINER && entry.slave());
        if (passesOn) return;
        throw Fault.invalid(
                "mounts.propagation",
                mount.propagation() + " of " + source + ": the mount " + entry.mountPoint()
                        + " it lies on is private; run mount --make-rshared " + entry.mountPoint());
    }

    private List<String> options(Mount mount) {
        Set<String> options = new LinkedHashSet<>();
        options.add("rbind");
        options.add(
                switch (mount.propagation()) {
                    case PRIVATE -> "rprivate";
                    case HOST_TO_CONTAINER -> "rslave";
                    case BIDIRECTIONAL -> "rshared";
                });
        options.add(mount.readonly() ? "ro" : "rw");
        if (mount.recursiveReadOnly()) options.add(recursiveReadOnlyOption(mount));
        for (String option : mount.options()) {
            if (!OPTIONS.contains(option)) {
                throw Fault.invalid("mounts.mount_options", "'" + option + "' is none of " + OPTIONS);
            }
            options.add(option);
        }
        return new ArrayList<>(options);
    }

    private String recursiveReadOnlyOption(Mount mount) {
        if (!mount.readonly() || mount.propagation() != Mount.Propagation.PRIVATE) {
            throw Fault.invalid(
                    "mounts.recursive_read_only",
                    "the mount at " + mount.containerPath() + " must be readonly and of propagation PRIVATE");
        }
        if (recursiveReadOnly) return "rro";
        throw new Fault(new Fault.Kind.KubeletReason(
                Fault.Reason.RRO_UNSUPPORTED,
                "the OCI runtime of this handler cannot mount " + mount.containerPath() + " recursively read-only"));
    }
}
