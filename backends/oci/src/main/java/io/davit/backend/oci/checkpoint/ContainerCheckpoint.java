package io.davit.backend.oci.checkpoint;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.container.Checkpoints;
import io.davit.backend.oci.container.ContainerDirectory;
import io.davit.backend.oci.container.ContainerNote;
import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.runtime.OciRuntime;
import io.davit.core.domain.Fault;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.spi.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Makes checkpoints. Containers stand still from before the memory of the first is dumped until the files of the last are
 * copied, so that all is of one moment.
 */
public final class ContainerCheckpoint implements Checkpoints {
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
    public void make(CheckpointRequest request, List<Target> targets, Optional<Path> shm) {
        Stopwatch limit = new Stopwatch(request.limit());
        targets.stream().map(target -> target.note().ociRuntime()).distinct().forEach(criu::require);
        refuseUserNamespace(request);
        PrivateFiles.makeDirectory(workspace);
        List<ArchiveWriter> writers = targets.stream()
                .map(target -> new ArchiveWriter(workspace, request.sandbox(), target, commands, clock))
                .toList();
        try {
            writers.forEach(ArchiveWriter::begin);
            try (Standstill _ = Standstill.of(targets, cgroups, limit)) {
                for (ArchiveWriter writer : writers) writer.collect(shm, limit);
            }
            for (ArchiveWriter writer : writers) writer.pack(limit);
        } catch (IOException e) {
            throw Fault.failed(
                    "checkpoint containers of sandbox " + request.sandbox().id(), e);
        } finally {
            writers.forEach(ArchiveWriter::end);
        }
    }

    // CRIU joins every namespace that exists already but this (criu(8), --join-ns).
    private static void refuseUserNamespace(CheckpointRequest request) {
        if (request.sandbox().security().namespaces().ownUser().isEmpty()) return;
        String why = "it has a user namespace, into which CRIU restores nothing";
        throw new Fault(new Fault.Kind.Refused(
                "a checkpoint of sandbox " + request.sandbox().id(), why));
    }

    @Override
    public void unpack(Path archive, OciRuntime runtime, Path home, Path rootfs, Optional<Path> shm) {
        criu.require(runtime);
        new ArchiveReader(commands).unpack(archive, home, rootfs, shm);
    }

    @Override
    public Fault explained(Fault fault, ContainerDirectory directory) {
        String errors = ArchiveWriter.errors(directory.path().resolve("restore.log"));
        return errors.isEmpty() ? fault : Fault.failed("restore", fault.getMessage() + errors);
    }

    /** Ends what a daemon that was killed has left under way; before {@link #thaw} and {@link #clean}. */
    public void endSurvivors() {
        if (!PrivateFiles.names(workspace).isEmpty()) Survivors.end(workspace);
    }

    /** Thaws what a daemon that was killed has left frozen. */
    public void thaw(ContainerDirectory directory) {
        if (!Files.exists(directory.frozen())) return;
        Optional<ContainerNote> note = directory.note().readIfSound();
        note.ifPresent(sound -> Standstill.thaw(directory, sound, cgroups));
        PrivateFiles.delete(directory.frozen());
    }

    /** Deletes what a daemon that was killed has left half done. */
    public void clean() {
        for (String name : PrivateFiles.names(workspace)) ArchiveWriter.forget(workspace.resolve(name));
        PrivateFiles.deleteTree(workspace);
    }
}
