package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.spi.Sighting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods that are written down and go on elsewhere; for all of it {@code criu check} must be content. */
class PodCheckpointTest extends ImagesInsideContainers {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    /** Counts in its memory, so that a program that began anew is told from one that went on. */
    private static final String COUNTER = """
            rm /bin/yes; rm -r /etc; mkdir /etc; echo new >/etc/new
            echo shared >/dev/shm/word
            n=100; while true; do n=$((n+1)); echo $n >/count; echo line $n; sleep 0.1; done""";

    private SandboxSpec sandbox;
    private List<ContainerSpec> containers;

    @BeforeEach
    void a_pod_with_two_running_containers() {
        assumeTrue(CriuOfHost.isContent(engine), "criu check");
        sandbox = engine.sandbox();
        containers = List.of(counter(), counter());
        containers.forEach(container -> await().until(() -> count(container) > 102));
    }

    private ContainerSpec counter() {
        return engine.run(sandbox, engine.container(sandbox, List.of("sh", "-c", COUNTER)));
    }

    private int count(ContainerSpec container) {
        String text = engine.exec(container, "cat", "/count");
        return text.matches("\\d+") ? Integer.parseInt(text) : 0;
    }

    private Path archive(ContainerSpec container) {
        return root.resolve(container.id() + ".tar");
    }

    private void write(Duration limit) {
        engine.backend()
                .containers()
                .checkpoint(new CheckpointRequest(
                        sandbox,
                        containers.stream()
                                .map(container -> new CheckpointRequest.Subject(
                                        container, engine.host().clock().instant(), archive(container)))
                                .toList(),
                        limit));
    }

    private ContainerSpec restore(SandboxSpec elsewhere, ContainerSpec container) {
        ContainerSpec fresh = engine.container(elsewhere, container.process().arguments());
        engine.backend().containers().restore(elsewhere, fresh, archive(container));
        return fresh;
    }

    private void assertAllRunOn() {
        for (ContainerSpec container : containers) {
            int before = count(container);
            await().until(() -> count(container) > before);
        }
    }

    @Test
    void every_container_goes_on_where_it_was_with_its_files() throws Exception {
        write(LIMIT);
        assertAllRunOn();
        SandboxSpec elsewhere = engine.sandbox();

        for (ContainerSpec container : containers) {
            ContainerSpec fresh = restore(elsewhere, container);
            assertThat(engine.backend().observer().sighting(fresh.id()))
                    .get()
                    .isInstanceOf(Sighting.CreatedContainer.class);
            engine.reopen();
            assertThat(engine.backend().observer().sighting(fresh.id()))
                    .get()
                    .isInstanceOf(Sighting.CreatedContainer.class);
            engine.backend().containers().start(fresh.id());

            int resumed = count(fresh);
            assertThat(resumed).isGreaterThan(102);
            await().until(() -> count(fresh) > resumed);
            assertThat(engine.exec(fresh, "ls", "/etc")).contains("new").doesNotContain("passwd");
            assertThat(engine.exec(fresh, "ls", "/bin").lines()).contains("cat").doesNotContain("yes");
            assertThat(engine.exec(fresh, "cat", "/dev/shm/word")).isEqualTo("shared");
            assertThat(Files.readString(fresh.logPath().orElseThrow()))
                    .contains("line " + resumed)
                    .doesNotContain("line 101\n");
            engine.backend().containers().stop(fresh.id(), Signal.KILL, GracePeriod.NONE);
            assertThat(engine.awaitExit(fresh)).extracting(ExitStatus::code).isEqualTo(137);
        }
        assertAllRunOn();
    }

    @Test
    void a_failure_lets_all_of_them_run_on() {
        engine.backend().containers().stop(containers.getLast().id(), Signal.KILL, GracePeriod.NONE);

        assertThatThrownBy(() -> write(LIMIT)).isInstanceOf(Fault.class);

        int before = count(containers.getFirst());
        await().until(() -> count(containers.getFirst()) > before);
        assertThat(root.resolve("persistent/checkpoints")).isEmptyDirectory();
    }

    @Test
    void a_limit_at_whatever_moment_lets_all_of_them_run_on() {
        for (int millis : List.of(1, 30, 60, 100, 150, 200, 300)) {
            Throwable refused = catchThrowable(() -> write(Duration.ofMillis(millis)));
            if (refused != null) assertThat(refused).isInstanceOf(Fault.class);
            assertAllRunOn();
        }
    }

    @Test
    void an_archive_that_is_none_is_refused_and_what_was_made_can_be_removed() throws Exception {
        Files.writeString(archive(containers.getFirst()), "nothing");
        SandboxSpec elsewhere = engine.sandbox();

        assertThatThrownBy(() -> restore(elsewhere, containers.getFirst()))
                .isInstanceOf(Fault.class)
                .hasMessageContaining(archive(containers.getFirst()).toString());
    }
}
