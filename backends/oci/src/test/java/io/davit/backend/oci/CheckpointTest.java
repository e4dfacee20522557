package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.container.ContainerDirectory;
import io.davit.backend.oci.container.ContainerNote;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.spi.Command;
import io.davit.core.spi.Sighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checkpoints; those that need CRIU run where {@code criu check} is content. */
class CheckpointTest extends InsideContainers {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private SandboxSpec sandbox;
    private ContainerSpec spec;
    private Path archive;

    @BeforeEach
    void a_running_container() {
        sandbox = engine.sandbox();
        spec = engine.run(
                sandbox,
                engine.container(
                        sandbox,
                        List.of("sh", "-c", "n=0; while true; do n=$((n+1)); echo $n >/count; sleep 0.1; done")));
        archive = root.resolve("archive.tar");
    }

    @Test
    void a_container_is_written_down_and_runs_on() throws IOException {
        assumeTrue(CriuOfHost.isContent(engine), "criu check");
        engine.backend().containers().checkpoint(request());

        List<String> members =
                output("tar", "--list", "--file=" + archive).lines().toList();
        assertThat(members)
                .contains(
                        "./config.dump", "./spec.dump", "./dump.log", "./checkpoint/inventory.img", "./container.log");
        assertThat(output("tar", "--extract", "--to-stdout", "--file=" + archive, "./config.dump"))
                .contains("\"id\":\"" + spec.id() + "\"", "\"checkpointedTime\"");
        assertThat(output("tar", "--extract", "--to-stdout", "--file=" + archive, "./spec.dump"))
                .contains("io.kubernetes.cri.sandbox-name", "\"ociVersion\"");
        assertThat(Files.getAttribute(archive, "unix:mode")).isEqualTo(0100600);
        assertRunsOn();
        assertThat(root.resolve("persistent/checkpoints/" + spec.id())).doesNotExist();
    }

    @Test
    void a_node_that_cannot_says_why() {
        assumeTrue(!CriuOfHost.isContent(engine), "criu check fails");

        assertThatThrownBy(() -> engine.backend().containers().checkpoint(request()))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.Refused.class))
                .message()
                .containsIgnoringCase("criu");

        assertThat(archive).doesNotExist();
        assertRunsOn();
    }

    @Test
    void a_container_that_a_dead_daemon_left_frozen_is_thawed_by_the_next() throws IOException {
        freeze();

        engine.reopen();

        assertThat(directory().frozen()).doesNotExist();
        assertRunsOn();
    }

    @Test
    void a_frozen_container_can_be_stopped() throws IOException {
        freeze();

        engine.backend().containers().stop(spec.id(), Signal.TERM, GracePeriod.NONE);

        assertThat(engine.awaitExit(spec)).extracting(ExitStatus::code).isEqualTo(137);
    }

    @Test
    void what_still_writes_for_a_dead_daemon_is_ended_by_the_next() throws IOException {
        freeze();
        Path work = Files.createDirectories(root.resolve("persistent/checkpoints/" + spec.id()));
        Process survivor =
                new ProcessBuilder("sleep", "infinity").directory(work.toFile()).start();

        engine.reopen();

        assertThat(survivor.isAlive()).isFalse();
        assertThat(work).doesNotExist();
        assertRunsOn();
    }

    private void freeze() throws IOException {
        Files.createFile(directory().frozen());
        ContainerNote note = directory().note().read().orElseThrow();
        Cgroups.of(MountTable.read()).group(note.cgroup()).freezer().freeze(LIMIT);
    }

    private ContainerDirectory directory() {
        return new ContainerDirectory(engine.host().volatileDirectory().resolve("containers/" + spec.id()));
    }

    private CheckpointRequest request() {
        Instant now = engine.host().clock().instant();
        return new CheckpointRequest(sandbox, List.of(new CheckpointRequest.Subject(spec, now, archive)), LIMIT);
    }

    private void assertRunsOn() {
        String before = engine.exec(spec, "cat", "/count");
        await().untilAsserted(
                        () -> assertThat(engine.exec(spec, "cat", "/count")).isNotEqualTo(before));
        assertThat(engine.backend().observer().sighting(spec.id())).get().isInstanceOf(Sighting.RunningContainer.class);
    }

    private String output(String... command) {
        return engine.host().commands().run(Command.of(LIMIT, command)).stdoutText();
    }
}
