package io.davit.backend.memory;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.spi.Sighting.RunningContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/** Checkpoints of the {@link World}: of an imaginary process there is nothing to write but how long it has run. */
final class MemoryCheckpoint {
    private MemoryCheckpoint() {}

    static void write(World world, Clock clock, CheckpointRequest request) {
        List<ContainerId> ids = request.subjects().stream()
                .map(subject -> subject.container().id())
                .toList();
        try {
            ids.forEach(world::freeze);
            Instant now = clock.instant();
            for (CheckpointRequest.Subject subject : request.subjects()) {
                Duration age = age(world, subject.container().id(), now);
                Files.writeString(subject.archive(), age.toString(), StandardOpenOption.CREATE_NEW);
            }
        } catch (IOException e) {
            throw Fault.failed("write a checkpoint", e);
        } finally {
            ids.forEach(world::thaw);
        }
    }

    private static Duration age(World world, ContainerId id, Instant now) {
        return world.container(id)
                .map(MemoryContainer::seen)
                .filter(RunningContainer.class::isInstance)
                .map(seen -> Duration.between(((RunningContainer) seen).startedAt(), now))
                .orElseThrow(() -> new Fault(new Fault.Kind.Refused("container " + id, "it does not run")));
    }

    /** How long the process had run that an archive is of. */
    static Duration age(Path archive) {
        try {
            return Duration.parse(Files.readString(archive));
        } catch (IOException | DateTimeParseException e) {
            throw new Fault(new Fault.Kind.CorruptRecord(archive.toString(), Fault.reason(e)), e);
        }
    }
}
