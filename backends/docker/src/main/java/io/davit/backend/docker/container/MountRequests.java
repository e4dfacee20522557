package io.davit.backend.docker.container;

import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.DockerObjectAccessor;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import io.davit.backend.docker.engine.ApiVersion;
import io.davit.backend.docker.sandbox.PodFiles;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.RuntimeHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Mounts of a container: the pod's files below /etc, and what was requested, which wins.
 *
 * @param version of the API that is spoken now
 * @param createMissing whether a missing source becomes a directory; Docker itself refuses it
 * @param recursivelyReadOnly handlers that can mount so
 */
record MountRequests(Supplier<ApiVersion> version, boolean createMissing, Set<RuntimeHandler> recursivelyReadOnly) {
    private static final FileAttribute<?> DIRECTORY_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

    List<Mount> of(ContainerSpec spec, RuntimeHandler handler, PodFiles pod) {
        List<Mount> mounts = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (io.davit.core.domain.Mount mount : spec.mounts()) {
            String target = Path.of(mount.containerPath()).normalize().toString();
            if (!taken.add(target)) throw Fault.invalid("mounts.container_path", "asked for twice: " + target);
            refuseUnserved(mount, handler);
            mounts.add(requested(mount, target));
        }
        boolean readonly = spec.security().readonlyRootfs();
        addFile(mounts, taken, "/etc/resolv.conf", pod.resolvConf(), readonly);
        addFile(mounts, taken, "/etc/hosts", pod.hosts(), readonly);
        addFile(mounts, taken, "/etc/hostname", pod.hostname(), readonly);
        return mounts;
    }

    private static void addFile(List<Mount> mounts, Set<String> taken, String target, Path file, boolean readonly) {
        if (taken.contains(target)) return;
        mounts.add(new Mount()
                .withType(MountType.BIND)
                .withSource(file.toString())
                .withTarget(target)
                .withReadOnly(readonly));
    }

    private Mount requested(io.davit.core.domain.Mount mount, String target) {
        return switch (mount.source()) {
            case io.davit.core.domain.Mount.Source.HostPath(String path) -> bind(mount, real(path), target);
            case io.davit.core.domain.Mount.Source.ImageVolume volume -> image(volume, target);
        };
    }

    // By the image's id; Docker mounts it read-only, and does not let go of it while the container is there.
    private Mount image(io.davit.core.domain.Mount.Source.ImageVolume volume, String target) {
        if (!version.get().atLeast(1, 48)) {
            throw new Fault(new Fault.Kind.Unsupported(
                    "the image volume at " + target, "Docker mounts images from version 28 (API 1.48) on"));
        }
        String id = volume.id()
                .map(ImageId::toString)
                .orElseThrow(() -> Fault.failed("mount an image at " + target, "it was not looked up"));
        Mount mount = new Mount().withSource(id).withTarget(target).withReadOnly(true);
        DockerObjectAccessor.overrideRawValue(mount, "Type", "image");
        if (!volume.subPath().isEmpty()) {
            DockerObjectAccessor.overrideRawValue(mount, "ImageOptions", Map.of("Subpath", volume.subPath()));
        }
        return mount;
    }

    private Mount bind(io.davit.core.domain.Mount mount, String source, String target) {
        BindOptions options = new BindOptions()
                .withPropagation(
                        switch (mount.propagation()) {
                            case PRIVATE -> BindPropagation.R_PRIVATE;
                            case HOST_TO_CONTAINER -> BindPropagation.R_SLAVE;
                            case BIDIRECTIONAL -> BindPropagation.R_SHARED;
                        });
        if (mount.readonly() && version.get().atLeast(1, 44)) {
            // Since 1.44 Docker makes such mounts recursively read-only, which the CRI has its own word for.
            DockerObjectAccessor.overrideRawValue(
                    options, mount.recursiveReadOnly() ? "ReadOnlyForceRecursive" : "ReadOnlyNonRecursive", true);
        }
        return new Mount()
                .withType(MountType.BIND)
                .withSource(source)
                .withTarget(target)
                .withReadOnly(mount.readonly())
                .withBindOptions(options);
    }

    private void refuseUnserved(io.davit.core.domain.Mount mount, RuntimeHandler handler) {
        if (!mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty()) {
            throw new Fault(new Fault.Kind.Unsupported(
                    "id mappings of the mount at " + mount.containerPath(), "Docker has none for single mounts"));
        }
        if (!mount.options().isEmpty()) {
            throw new Fault(new Fault.Kind.Unsupported(
                    "mounts.mount_options " + mount.options(), "Docker's bind mounts take none"));
        }
        if (!mount.recursiveReadOnly()) return;
        if (!mount.readonly() || mount.propagation() != io.davit.core.domain.Mount.Propagation.PRIVATE) {
            throw Fault.invalid(
                    "mounts.recursive_read_only",
                    "the mount at " + mount.containerPath() + " must be readonly and of propagation PRIVATE");
        }
        if (recursivelyReadOnly.contains(handler)) return;
        throw new Fault(new Fault.Kind.KubeletReason(
                Fault.Reason.RRO_UNSUPPORTED,
                "Docker 25 or newer, and a runtime that can, are needed to mount " + mount.containerPath()
                        + " recursively read-only"));
    }

    private String real(String hostPath) {
        if (!hostPath.startsWith("/")) throw Fault.invalid("mounts.host_path", "not absolute: '" + hostPath + "'");
        Path path = Path.of(hostPath);
        try {
            return path.toRealPath().toString();
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

    private static String create(Path path) {
        try {
            return Files.createDirectories(path, DIRECTORY_MODE).toRealPath().toString();
        } catch (IOException e) {
            throw Fault.failed("make the mount source " + path, e);
        }
    }
}
