package io.davit.backend.oci.checkpoint;

import io.davit.backend.oci.container.Checkpoints;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.layers.TreeRemoval;
import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Takes an archive of {@link ArchiveWriter} apart. */
final class ArchiveReader {
    private static final Duration UNPACK_MAX = Duration.ofMinutes(10);

    private final Commands commands;

    ArchiveReader(Commands commands) {
        this.commands = commands;
    }

    /** See {@link Checkpoints#unpack}. */
    void unpack(Path archive, Path home, Path rootfs, Optional<Path> shm) {
        PrivateFiles.makeDirectory(home);
        extract(archive, home, "--no-same-owner");
        if (!Files.isRegularFile(home.resolve(Checkpoints.IMAGES).resolve("inventory.img"))) {
            throw new Fault(new Fault.Kind.CorruptRecord(archive.toString(), "it has no process in it"));
        }
        repeatChanges(home, rootfs);
        Path shared = home.resolve(ArchiveWriter.SHM);
        if (shm.isPresent() && Files.exists(shared)) extract(shared, shm.get(), "--numeric-owner");
    }

    /** First what has gone, then what has come: a directory may have taken the place of another. */
    private void repeatChanges(Path home, Path rootfs) {
        Path files = home.resolve(ArchiveWriter.FILES);
        if (!Files.exists(files)) return;
        List<String> gone = new ArrayList<>(names(home.resolve(ArchiveWriter.DELETED)));
        gone.addAll(names(home.resolve(ArchiveWriter.REPLACED)));
        try (Directory root = Directory.open(rootfs)) {
            gone.forEach(name -> remove(root, name));
        }
        extract(
                files,
                rootfs,
                "--numeric-owner",
                "--same-owner",
                "--preserve-permissions",
                "--xattrs",
                "--xattrs-include=*",
                "--xattrs-exclude=trusted.overlay.*");
        PrivateFiles.delete(files);
    }

    /** The names come from a container: links in them lead nowhere but into its root. */
    private static void remove(Directory root, String name) {
        Path path = Path.of("/").relativize(Path.of("/").resolve(name).normalize());
        if (path.toString().isEmpty()) return;
        Path parent = path.getParent();
        Optional<Directory> found = root.inRoot(RawPath.of(parent == null ? "." : parent.toString()));
        if (found.isEmpty()) return;
        try (Directory directory = found.get()) {
            RawPath last = RawPath.of(path.getFileName().toString());
            if (directory.status(last).isPresent()) TreeRemoval.remove(directory, last);
        }
    }

    private static List<String> names(Path list) {
        try {
            return PrivateFiles.read(list).stream()
                    .flatMap(text -> JsonMapper.shared().readTree(text).valueStream())
                    .map(JsonNode::asString)
                    .toList();
        } catch (JacksonException e) {
            throw new Fault(new Fault.Kind.CorruptRecord(list.toString(), Fault.reason(e)), e);
        }
    }

    private void extract(Path archive, Path directory, String... options) {
        List<String> command = new ArrayList<>(List.of("tar", "--extract", "--file=" + archive));
        command.addAll(List.of(options));
        command.add("--directory=" + directory);
        CommandResult result = commands.run(Command.of(UNPACK_MAX, command.toArray(String[]::new)));
        if (!result.succeeded()) throw Fault.failed("unpack " + archive, result.complaint());
    }
}
