package io.davit.backend.oci.checkpoint;

import io.davit.backend.oci.container.Checkpoints;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** One archive in the making: what goes into it is collected in a directory while the container stands still. */
final class ArchiveWriter {
    /** Names in the archive (checkpointctl lib/metadata.go). */
    static final String FILES = "rootfs-diff.tar";

    static final String DELETED = "deleted.files";
    static final String SHM = "devshm-checkpoint.tar";
    /** Ours: directories that have taken the place of others, whose content must not show. */
    static final String REPLACED = "replaced.directories";

    private static final String DUMP_LOG = "dump.log";
    /** Ending of the notes that tell where an archive is being written. */
    private static final String ARCHIVE = ".archive";

    private static final int LOG_CHARS_MAX = 2000;

    private final Path work;
    private final SandboxSpec sandbox;
    private final Checkpoints.Target target;
    private final Commands commands;
    private final Clock clock;

    ArchiveWriter(Path workspace, SandboxSpec sandbox, Checkpoints.Target target, Commands commands, Clock clock) {
        this.work = workspace.resolve(target.subject().container().id().value());
        this.sandbox = sandbox;
        this.target = target;
        this.commands = commands;
        this.clock = clock;
    }

    private ContainerId id() {
        return target.subject().container().id();
    }

    private Path note() {
        return work.resolveSibling(work.getFileName() + ARCHIVE);
    }

    void begin() {
        PrivateFiles.write(note(), target.subject().archive().toString());
        PrivateFiles.deleteTree(work);
        PrivateFiles.makeDirectory(work);
    }

    void collect(Optional<Path> shm, Stopwatch limit) throws IOException {
        dump(limit.left());
        describe();
        if (target.upper().isPresent()) copyChanges(target.upper().get(), limit.left());
        if (shm.isPresent() && !PrivateFiles.names(shm.get()).isEmpty()) {
            tar("copy the pod's /dev/shm", SHM, shm.get(), limit.left(), ".");
        }
    }

    /** Idempotent. */
    void end() {
        PrivateFiles.deleteTree(work);
        PrivateFiles.delete(note());
    }

    /** Deletes the archive that {@code entry} of the workspace speaks of, if it is such a note. */
    static void forget(Path entry) {
        if (!entry.getFileName().toString().endsWith(ARCHIVE)) return;
        PrivateFiles.read(entry).map(Path::of).ifPresent(PrivateFiles::delete);
    }

    private void dump(Duration limit) {
        Path images = work.resolve(Checkpoints.IMAGES);
        PrivateFiles.makeDirectory(images);
        List<String> command = target.note()
                .ociRuntime()
                .commandLine(
                        "checkpoint",
                        "--leave-running",
                        "--file-locks",
                        "--image-path=" + images,
                        "--work-path=" + work,
                        id().value());
        CommandResult result;
        try {
            result = commands.run(new Command(command, Map.of(), new byte[0], Optional.empty(), limit));
        } catch (Fault fault) {
            Survivors.end(work);
            throw fault;
        }
        if (result.succeeded()) return;
        throw Fault.failed(
                "checkpoint container " + id(),
                target.note().ociRuntime().name() + ": " + result.complaint() + errors(work.resolve(DUMP_LOG)));
    }

    /** What criu complained of; the file is gone when the call returns. */
    static String errors(Path log) {
        String lines = PrivateFiles.read(log)
                .map(text -> String.join(
                        "; ",
                        text.lines().filter(line -> line.contains("Error")).toList()))
                .orElse("");
        return lines.isEmpty() ? "" : "; criu: " + lines.substring(0, Math.min(lines.length(), LOG_CHARS_MAX));
    }

    private void describe() throws IOException {
        String config = Files.readString(target.directory().config());
        String runtime = target.note().ociRuntime().name();
        PrivateFiles.write(
                work.resolve("config.dump"), CheckpointFiles.config(target.subject(), runtime, clock.instant()));
        PrivateFiles.write(
                work.resolve("spec.dump"),
                CheckpointFiles.spec(sandbox, target.subject().container(), config));
        Optional<Path> log = target.subject().container().logPath().filter(Files::isRegularFile);
        if (log.isPresent()) Files.copy(log.get(), work.resolve("container.log"));
    }

    private void copyChanges(Path upper, Duration limit) throws IOException {
        RootDifference difference = RootDifference.of(upper);
        writeNames(DELETED, difference.deleted());
        if (!difference.replaced().isEmpty()) writeNames(REPLACED, difference.replaced());
        Path kept = work.resolve("kept");
        StringBuilder list = new StringBuilder();
        difference.kept().forEach(path -> list.append("./").append(path).append('\0'));
        Files.write(kept, list.toString().getBytes(StandardCharsets.UTF_8));
        // One by one: a list of what to leave out would end names at line ends (tar(1), --exclude-from).
        tar(
                "copy what the container has changed",
                FILES,
                upper,
                limit,
                "--no-recursion",
                "--null",
                "--verbatim-files-from",
                "--files-from=" + kept);
        PrivateFiles.delete(kept);
    }

    private void writeNames(String member, List<Path> paths) {
        List<String> names = paths.stream().map(path -> "/" + path).toList();
        PrivateFiles.write(work.resolve(member), JsonMapper.shared().writeValueAsString(names));
    }

    /** @param what names in {@code directory}, or options that do */
    private void tar(String doing, String member, Path directory, Duration limit, String... what) {
        List<String> command = new ArrayList<>(List.of(
                "tar",
                "--create",
                "--file=" + work.resolve(member),
                "--numeric-owner",
                "--xattrs",
                "--xattrs-exclude=trusted.overlay.*",
                "--directory=" + directory));
        command.addAll(List.of(what));
        run(doing, limit, command.toArray(String[]::new));
    }

    /** Writes the archive; the container may run meanwhile. */
    void pack(Stopwatch limit) throws IOException {
        Path archive = target.subject().archive();
        Files.deleteIfExists(archive);
        run(
                "write the archive " + archive,
                limit.left(),
                "sh",
                "-c",
                "umask 077; exec tar --create --file=\"$1\" --directory=\"$2\" .",
                "tar",
                archive.toString(),
                work.toString());
    }

    private void run(String doing, Duration limit, String... command) {
        CommandResult result = commands.run(Command.of(limit, command));
        if (!result.succeeded()) throw Fault.failed(doing, result.complaint());
    }
}
