package io.davit.backend.oci.container;

import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.monitor.Conmon;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Started;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Starts restored containers: the OCI runtime makes the process of its images. */
record Resumption(OciContainers.Parts parts, ContainerLook look, Stopping stopping) {
    Started run(ContainerId id, ContainerNote note, RestNote rest) {
        ContainerDirectory directory = look.directory(id);
        Instant at = parts.clock().instant();
        PrivateFiles.write(directory.started(), at.toString());
        // Taken away before: it happens once, and whoever looks after a crash is to look for the process.
        PrivateFiles.delete(directory.restFile());
        try {
            long pid = parts.conmon()
                    .create(new Conmon.Creation(
                            id,
                            note.ociRuntime(),
                            rest.program(),
                            Optional.of(note.log())
                                    .filter(path -> !path.isEmpty())
                                    .map(Path::of),
                            rest.stdio(),
                            note.monitorCgroup(),
                            Optional.of(Path.of(rest.images()))));
            ProcessIdentity.of(pid).map(InitNote::of).ifPresent(directory.init()::write);
            return new Started(at, pid);
        } catch (Fault fault) {
            PrivateFiles.delete(directory.started());
            // What cannot be started never runs.
            stopping.killAll(id);
            throw parts.checkpoints().explained(fault, directory);
        } finally {
            StagedMounts.release(directory.mounts());
            parts.roots().beside(id).ifPresent(PrivateFiles::deleteTree);
        }
    }
}
