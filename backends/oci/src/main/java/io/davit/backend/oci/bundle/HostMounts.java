package io.davit.backend.oci.bundle;

import io.davit.backend.oci.syscall.ConfinedDirectory;
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
import java.util.Optional;
import java.util.Set;

/** Mounts of host paths, as requested (cri-api Mount). */
final class HostMounts {
    private static final FileAttribute<?> DIRECTORY_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
    private static final Set<String> OPTIONS =
            Set.of("exec", "noexec", "dev", "nodev", "suid", "nosuid", "noatime", "relatime", "nodiratime");

    /** What a mount in a user namespace cannot take off again (mount_namespaces(7), "locked" flags). */
    private static final Set<String> LOCKED = Set.of("nosuid", "nodev", "noexec");

    /** The type of processes that no policy confines (container-selinux: super privileged containers). */
    private static final String UNCONFINED = ":spc_t:";

    private final boolean createMissing;
    private final BundleRequest request;

    /** @param createMissing make a directory where the host path is missing, as Docker, containerd and CRI-O do */
    HostMounts(boolean createMissing, BundleRequest request) {
        this.createMissing = createMissing;
        this.request = request;
    }

    MountEntry resolve(Mount mount) {
        return switch (mount.source()) {
            case Mount.Source.HostPath(String path) -> bind(mount, path);
            case Mount.Source.ImageVolume volume -> image(mount, volume);
        };
    }

    private MountEntry image(Mount mount, Mount.Source.ImageVolume volume) {
        Path destination = MountEntry.destination(mount.containerPath());
        try {
            Path content = request.sources().image(volume);
            Path source = inside(content, volume.subPath());
            return new MountEntry(destination, "bind", source.toString(), options(mount, source, "ro"));
        } catch (Fault fault) {
            if (fault.kind() instanceof Fault.Kind.InvalidRequest) throw fault;
            throw new Fault(
                    new Fault.Kind.KubeletReason(
                            Fault.Reason.IMAGE_VOLUME_MOUNT_FAILED,
                            "mounting the image " + volume.image().image() + " at " + mount.containerPath() + ": "
                                    + fault.kind().text()),
                    fault);
        }
    }

    private static Path inside(Path content, String subPath) {
        if (subPath.isEmpty()) return content;
        try (ConfinedDirectory image = ConfinedDirectory.open(content)) {
            return image.directory(Path.of(subPath).normalize())
                    .orElseThrow(() -> Fault.failed("look into it", "it has no directory '" + subPath + "'"));
        }
    }

    private MountEntry bind(Mount mount, String hostPath) {
        if (!hostPath.startsWith("/")) throw Fault.invalid("mounts.host_path", "not absolute: '" + hostPath + "'");
        Path source = real(hostPath);
        checkPropagation(mount, source);
        if (mount.selinuxRelabel()) relabel(source);
        boolean shifted = !mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty();
        Path shown = shifted ? request.sources().shifted(source, mount) : source;
        String access = mount.readonly() ? "ro" : "rw";
        return new MountEntry(
                MountEntry.destination(mount.containerPath()),
                "bind",
                shown.toString(),
                options(mount, source, access));
    }

    // Who is not confined needs no labels, and others may need those that are there.
    private void relabel(Path source) {
        Optional<String> process = request.labels().process();
        if (process.isEmpty() || process.get().contains(UNCONFINED)) return;
        request.labels().files().ifPresent(label -> Relabelling.of(source, label));
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

    private List<String> options(Mount mount, Path source, String access) {
        Set<String> options = new LinkedHashSet<>();
        options.add("rbind");
        options.add(
                switch (mount.propagation()) {
                    case PRIVATE -> "rprivate";
                    case HOST_TO_CONTAINER -> "rslave";
                    case BIDIRECTIONAL -> "rshared";
                });
        options.add(access);
        if (request.owner().isPresent()) options.addAll(locked(source));
        if (mount.recursiveReadOnly()) options.add(recursiveReadOnlyOption(mount));
        for (String option : mount.options()) {
            if (!OPTIONS.contains(option)) {
                throw Fault.invalid("mounts.mount_options", "'" + option + "' is none of " + OPTIONS);
            }
            options.add(option);
        }
        return new ArrayList<>(options);
    }

    private static List<String> locked(Path source) {
        return MountTable.read()
                .covering(source)
                .map(entry -> entry.options().stream().filter(LOCKED::contains).toList())
                .orElse(List.of());
    }

    private String recursiveReadOnlyOption(Mount mount) {
        if (!mount.readonly() || mount.propagation() != Mount.Propagation.PRIVATE) {
            throw Fault.invalid(
                    "mounts.recursive_read_only",
                    "the mount at " + mount.containerPath() + " must be readonly and of propagation PRIVATE");
        }
        if (request.recursiveReadOnly()) return "rro";
        throw new Fault(new Fault.Kind.KubeletReason(
                Fault.Reason.RRO_UNSUPPORTED,
                "the OCI runtime of this handler cannot mount " + mount.containerPath() + " recursively read-only"));
    }
}
