package io.davit.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.conformance.contract.ContainerSpecBuilder;
import io.davit.conformance.contract.SandboxSpecBuilder;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageConfig;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.spi.Sighting;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an imaginary process has left to do when it goes on elsewhere. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MemoryCheckpointTest {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Image IMAGE = new Image(
            ImageId.parse("sha256:" + "0".repeat(64)), List.of("shell:1"), List.of(), 1, ImageConfig.EMPTY, false);

    private final World world = new World();
    private final Random random = new Random(1);
    private final SandboxSpec sandbox =
            SandboxSpecBuilder.of(SandboxId.random(random), "pod").build();

    @TempDir
    private Path directory;

    @BeforeEach
    void a_sandbox() {
        world.put(IMAGE);
        var _ = new MemorySandboxes(world, false, at(0)).start(sandbox);
    }

    private static Clock at(long second) {
        return Clock.fixed(BEGINNING.plusSeconds(second), ZoneOffset.UTC);
    }

    private MemoryContainers containersAt(long second) {
        return new MemoryContainers(world, at(second));
    }

    private ContainerSpec container(String... command) {
        return ContainerSpecBuilder.of(ContainerId.random(random), sandbox, IMAGE, List.of(command))
                .build();
    }

    private ContainerSpec running(String... command) {
        ContainerSpec spec = container(command);
        containersAt(0).create(sandbox, spec);
        containersAt(0).start(spec.id());
        return spec;
    }

    private Path writtenAt(long second, ContainerSpec spec) {
        Path archive = directory.resolve(spec.id().value());
        containersAt(second)
                .checkpoint(new CheckpointRequest(
                        sandbox, List.of(new CheckpointRequest.Subject(spec, BEGINNING, archive)), LIMIT));
        return archive;
    }

    private Sighting seenAt(long second, ContainerSpec spec) {
        world.settle(BEGINNING.plusSeconds(second));
        return world.container(spec.id()).orElseThrow().seen();
    }

    @Test
    void a_restored_program_has_the_rest_of_its_life_before_it() {
        Path archive = writtenAt(60, running("sleep", "100"));
        ContainerSpec again = container("sleep", "100");

        containersAt(1000).restore(sandbox, again, archive);
        assertThat(seenAt(1500, again)).isInstanceOf(Sighting.CreatedContainer.class);
        containersAt(2000).start(again.id());

        assertThat(seenAt(2039, again)).isInstanceOf(Sighting.RunningContainer.class);
        assertThat(seenAt(2041, again)).isInstanceOf(Sighting.ExitedContainer.class);
    }

    @Test
    void one_that_does_not_run_cannot_be_written_and_nothing_stands_still() {
        ContainerSpec running = running("sleep", "infinity");
        ContainerSpec ended = running("true");

        CheckpointRequest request = new CheckpointRequest(
                sandbox,
                List.of(
                        new CheckpointRequest.Subject(running, BEGINNING, directory.resolve("one")),
                        new CheckpointRequest.Subject(ended, BEGINNING, directory.resolve("two"))),
                LIMIT);

        assertThatThrownBy(() -> containersAt(1).checkpoint(request)).isInstanceOf(Fault.class);
        assertThat(world.frozen()).isEmpty();
    }
}
