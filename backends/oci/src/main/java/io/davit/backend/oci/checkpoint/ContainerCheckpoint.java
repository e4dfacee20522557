package io.davit.backend.oci.checkpoint;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.cgroup.Freezer;
import io.davit.backend.oci.container.Checkpoints;
import io.davit.backend.oci.container.ContainerDirectory;
import io.davit.backend.oci.container.ContainerNote;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.core.domain.Fault;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes checkpoints. The container is frozen from before its memory is dumped until its files are copied, so that both
 * are of one moment. A mark in its directory says so: a daemon that finds one at its start thaws the container.
 */
public final class ContainerCheckpoint implements Checkpoints {
    private static final String DUMP_LOG = "dump.log";
    /** Ending of the notes that tell where an archive is being written. */
    private static final String ARCHIVE = ".archive";

    private static final int LOG_CHARS_MAX = 2000;

    private final Path workspace;
    private final Cgroups cgroups;
    private final Criu criu;
    private final Commands commands;
    private final Clock clock;

    /** @param workspace a directory of ours on a disk, for what goes into archives */
    public ContainerCheckpoint(Path workspace, Cgroups cgroups, Commands commands, Clock clock) {
        this.workspace = workspace;
        this.cgroups = cgroups;
        this.criu = new Criu(commands);
        this.commands = commands;
        this.clock = clock;
    }

    @Override
    public void make(
            CheckpointRequest request, ContainerDirectory directory, ContainerNote note, Optional<Path> upper) {
        criu.require(note.ociRuntime());
        Path work = workspace.resolve(request.container().id().value());
        PrivateFiles.makeDirectory(workspace);
        PrivateFiles.write(
                workspace.resolve(work.getFileName() + ARCHIVE),
                request.archive().toString());
        PrivateFiles.deleteTree(work);
        PrivateFiles.makeDirectory(work);
        Stopwatch left = new Stopwatch(request.limit());
        try {
            Freezer freezer = cgroups.group(note.cgroup()).freezer();
            PrivateFiles.mark(directory.frozen());
            try {
                freezer.freeze();
                dump(request, note, work, left.left());
                describe(request, directory, note, work);
                if (upper.isPresent()) copyChanges(upper.get(), work, left.left());
            } finally {
                freezer.thaw();
                PrivateFiles.delete(directory.frozen());
            }
            tar(work, request.archive(), left.left());
        } catch (IOException e) {
            throw Fault.failed("checkpoint container " + request.container().id(), e);
        } finally {
            PrivateFiles.deleteTree(work);
        }
    }

    /** Deletes what a daemon that was killed has left half done, but for what is frozen. */
    public void clean() {
        for (String name : PrivateFiles.names(workspace)) {
            if (name.endsWith(ARCHIVE)) {
                PrivateFiles.read(workspace.resolve(name)).map(Path::of).ifPresent(PrivateFiles::delete);
            }
        }
        PrivateFiles.deleteTree(workspace);
    }

    /** Thaws what a daemon that was killed has left frozen. */
    public void thaw(ContainerDirectory directory) {
        if (!Files.exists(directory.frozen())) return;
        directory
                .note()
                .readIfSound()
                .ifPresent(note -> cgroups.group(note.cgroup()).freezer().thaw());
        PrivateFiles.delete(directory.frozen());
    }

    private record Stopwatch(Duration limit, long begun) {
        Stopwatch(Duration limit) {
            this(limit, System.nanoTime());
        }

        Duration left() {
            Duration left = limit.minusNanos(System.nanoTime() - begun);
            if (left.isPositive()) return left;
            throw new Fault(new Fault.Kind.TimedOut("the checkpoint", limit));
        }
    }

    private void dump(CheckpointRequest request, ContainerNote note, Path work, Duration limit) {
        Path images = work.resolve("checkpoint");
        PrivateFiles.makeDirectory(images);
        List<String> command = note.ociRuntime()
                .commandLine(
                        "checkpoint",
                        "--leave-running",
                        "--file-locks",
                        "--image-path=" + images,
                        "--work-path=" + work,
                        request.container().id().value());
        CommandResult result = commands.run(new Command(command, Map.of(), new byte[0], Optional.empty(), limit));
        if (result.succeeded()) return;
        throw Fault.failed(
                "checkpoint container " + request.container().id(),
                note.ociRuntime().name() + ": " + result.complaint() + errors(work.resolve(DUMP_LOG)));
    }

    /** What criu complained of; the file is gone when the call returns. */
    private static String errors(Path log) {
        String lines = PrivateFiles.read(log)
                .map(text -> String.join(
                        "; ",
                        text.lines().filter(line -> line.contains("Error")).toList()))
                .orElse("");
        return lines.isEmpty() ? "" : "; criu: " + lines.substring(0, Math.min(lines.length(), LOG_CHARS_MAX));
    }

    private void describe(CheckpointRequest request, ContainerDirectory directory, ContainerNote note, Path work)
            throws IOException {
        String config = Files.readString(directory.config());
        PrivateFiles.write(
                work.resolve("config.dump"),
                CheckpointFiles.config(request, note.ociRuntime().name(), clock.instant()));
        PrivateFiles.write(work.resolve("spec.dump"), CheckpointFiles.spec(request, config));
        Optional<Path> log = request.container().logPath().filter(Files::isRegularFile);
        if (log.isPresent()) Files.copy(log.get(), work.resolve("container.log"));
    }

    private void copyChanges(Path upper, Path work, Duration limit) throws IOException {
        List<Path> deleted = RootDifference.deleted(upper);
        List<String> names = deleted.stream().map(path -> "/" + path).toList();
        PrivateFiles.write(work.resolve("deleted.files"), JsonMapper.shared().writeValueAsString(names));
        Path excluded = work.resolve("excluded");
        StringBuilder list = new StringBuilder();
        deleted.forEach(path -> list.append("./").append(path).append('\0'));
        Files.write(excluded, list.toString().getBytes(StandardCharsets.UTF_8));
        run(
                "copy what the container has changed",
                limit,
                "tar",
                "--create",
                "--file=" + work.resolve("rootfs-diff.tar"),
                "--numeric-owner",
                "--xattrs",
                "--null",
                "--anchored",
                "--no-wildcards",
                "--exclude-from=" + excluded,
                "--directory=" + upper,
                ".");
        PrivateFiles.delete(excluded);
    }

    private void tar(Path work, Path archive, Duration limit) throws IOException {
        Files.deleteIfExists(archive);
        run(
                "write the archive " + archive,
                limit,
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
