package io.davit.backend.oci;

import io.davit.backend.oci.container.Roots;
import io.davit.backend.oci.files.Appearance;
import io.davit.backend.oci.files.Ids;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.ImageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** Root file systems without images: a directory with busybox, made anew for each container. */
final class BusyboxRoots implements Roots {
    private static final List<String> APPLETS = List.of(
            "cat",
            "echo",
            "env",
            "false",
            "grep",
            "head",
            "hostname",
            "id",
            "ln",
            "ls",
            "mkdir",
            "mount",
            "ps",
            "pwd",
            "readlink",
            "sh",
            "sleep",
            "stat",
            "touch",
            "true",
            "yes");
    private static final String PASSWD = """
            root:x:0:0:root:/root:/bin/sh
            web:x:1000:1001:web:/home/web:/bin/sh
            """;
    private static final String GROUP = """
            root:x:0:
            web:x:1001:
            staff:x:50000:web,other
            """;

    private final Path directory;

    BusyboxRoots(Path directory) {
        this.directory = directory;
        PrivateFiles.makeDirectory(directory);
    }

    @Override
    public void mountVolume(ContainerId id, ImageId image, Path target, Appearance shown) {
        throw new AssertionError("there are no images here");
    }

    @Override
    public Optional<String> idMappingTrouble() {
        return Optional.of("the test has no layers");
    }

    @Override
    public Path prepare(ContainerId id, ImageId image, List<ImageId> volumes, Appearance shown) {
        try {
            Path root = Files.createDirectories(directory.resolve(id.value()));
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path bin = Files.createDirectories(root.resolve("bin"));
            Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
            for (String applet : APPLETS) {
                Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
            }
            Files.createDirectories(root.resolve("etc"));
            Files.writeString(root.resolve("etc/passwd"), PASSWD);
            Files.writeString(root.resolve("etc/group"), GROUP);
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void release(ContainerId id) {
        PrivateFiles.deleteTree(directory.resolve(id.value()));
    }

    @Override
    public List<ContainerId> present() {
        return PrivateFiles.names(directory).stream()
                .map(Ids::container)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Nothing counts these trees. */
    @Override
    public Optional<FilesystemUsage> usage(ContainerId id) {
        return Optional.empty();
    }
}
