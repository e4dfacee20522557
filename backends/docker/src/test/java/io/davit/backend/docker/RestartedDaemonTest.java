package io.davit.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.davit.conformance.contract.Background;
import io.davit.conformance.contract.ContainerSpecBuilder;
import io.davit.conformance.contract.SandboxSpecBuilder;
import io.davit.conformance.registry.LoopbackRegistry;
import io.davit.conformance.registry.PublishedImage;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.spi.Backend;
import io.davit.core.spi.HostServices;
import io.davit.core.spi.PullRequest;
import io.davit.core.spi.Sighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The backend in front of a real daemon that is stopped, killed, halted and started again. */
@Tag("docker")
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(240)
class RestartedDaemonTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final List<String> WAITS = List.of("sh", "-c", "trap 'exit 5' TERM; while true; do sleep 0.1; done");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory;

    private final LoopbackRegistry registry = LoopbackRegistry.start();
    private final PlainFront front = PlainFront.of(registry.host());
    private HostServices host;
    private SandboxSpec sandbox;

    @BeforeEach
    void publish() {
        registry.publish("shell", "1", PublishedImage.busybox("shell", List.of("sh")));
        host = TestDaemon.host(directory);
        sandbox = SandboxSpecBuilder.of(SandboxId.random(host.random()), "pod")
                .logDirectory(directory.resolve("logs"))
                .build();
    }

    @AfterEach
    void close() {
        front.close();
        registry.close();
    }

    @Test
    void containers_live_through_a_restart_with_live_restore_and_their_logs_have_no_gap() throws Exception {
        try (OwnDockerd dockerd = OwnDockerd.start(directory, true);
                Backend backend = open(dockerd)) {
            ContainerSpec counting = started(
                    backend, List.of("sh", "-c", "i=0; while true; do echo line $i; i=$((i+1)); sleep 0.1; done"));
            Background<Fault> watch = Background.call(() ->
                    catchThrowableOfType(Fault.class, () -> backend.observer().watch(_ -> {})));
            awaitLines(counting, 5);

            dockerd.stop();
            assertThat(watch.answer(SOON).kind()).isInstanceOf(Fault.Kind.Unreachable.class);
            Fault again =
                    catchThrowableOfType(Fault.class, () -> backend.observer().watch(_ -> {}));
            assertThat(again.kind()).isInstanceOf(Fault.Kind.Unreachable.class);
            assertThat(backend.info().trouble()).isPresent();
            assertThat(backend.images().list()).as("from memory").isNotEmpty();
            int before = lines(counting).size();
            dockerd.startAgain();

            assertThat(backend.observer().sightings())
                    .as("the first calls after the restart, over connections from before it")
                    .hasSize(2)
                    .noneMatch(Sighting.DeadSandbox.class::isInstance)
                    .noneMatch(Sighting.ExitedContainer.class::isInstance);
            assertThat(backend.info().trouble()).isEmpty();
            awaitLines(counting, before + 20);
            List<String> texts =
                    lines(counting).stream().map(line -> line.split(" ", 4)[3]).toList();
            assertThat(texts)
                    .containsExactlyElementsOf(IntStream.range(0, texts.size())
                            .mapToObj(number -> "line " + number)
                            .toList());
            remove(backend, counting);
        }
    }

    @Test
    void a_container_that_ended_while_the_daemon_was_killed_is_seen_afterwards() throws Exception {
        try (OwnDockerd dockerd = OwnDockerd.start(directory, true);
                Backend backend = open(dockerd)) {
            ContainerSpec container = started(backend, WAITS);
            ContainerSpec ending = started(backend, List.of("sleep", "3"));
            long pid = backend.observer()
                    .sighting(ending.id())
                    .map(seen -> ((Sighting.RunningContainer) seen).pid())
                    .orElseThrow();

            dockerd.kill();
            ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
            dockerd.startAgain();

            assertThat(backend.observer().sighting(ending.id())).get().isInstanceOf(Sighting.ExitedContainer.class);
            assertThat(backend.observer().sighting(container.id())).get().isInstanceOf(Sighting.RunningContainer.class);
            remove(backend, container, ending);
        }
    }

    @Test
    void without_live_restore_all_is_seen_to_have_ended_and_goes_without_a_trace() throws Exception {
        try (OwnDockerd dockerd = OwnDockerd.start(directory, false);
                Backend backend = open(dockerd)) {
            ContainerSpec container = started(backend, WAITS);

            dockerd.stop();
            dockerd.startAgain();

            assertThat(backend.observer().sightings())
                    .hasSize(2)
                    .anyMatch(Sighting.DeadSandbox.class::isInstance)
                    .anyMatch(Sighting.ExitedContainer.class::isInstance);
            remove(backend, container);
        }
    }

    @Test
    void a_daemon_that_is_halted_wedges_nothing_and_all_goes_on_when_it_does() throws Exception {
        try (OwnDockerd dockerd = OwnDockerd.start(directory, true);
                Backend backend = open(dockerd)) {
            ContainerSpec container = started(backend, WAITS);

            dockerd.halt();
            Fault stop = catchThrowableOfType(
                    Fault.class,
                    () -> backend.containers().stop(container.id(), Signal.TERM, GracePeriod.ofSeconds(1)));
            assertThat(stop.kind()).isInstanceOf(Fault.Kind.TimedOut.class);
            assertThat(backend.info().trouble()).isPresent();
            assertThat(backend.images().list()).isNotEmpty();
            dockerd.goOn();

            backend.containers().stop(container.id(), Signal.TERM, GracePeriod.ofSeconds(10));
            assertThat(backend.observer().sighting(container.id()))
                    .get()
                    .isInstanceOfSatisfying(
                            Sighting.ExitedContainer.class,
                            exited -> assertThat(exited.exit().code()).isEqualTo(5));
            assertThat(backend.info().trouble()).isEmpty();
            remove(backend, container);
        }
    }

    private Backend open(OwnDockerd dockerd) {
        Backend backend = new DockerProvider().open(TestDaemon.settings(dockerd.socket(), host), List.of(), host);
        backend.sandboxes().start(sandbox);
        return backend;
    }

    private ContainerSpec started(Backend backend, List<String> arguments) {
        Image image = backend.images()
                .pull(new PullRequest(
                        ImageReference.parse(front.host() + "/shell:1"),
                        new Credentials.Anonymous(),
                        RuntimeHandler.DEFAULT));
        ContainerId id = ContainerId.random(host.random());
        ContainerSpec spec = ContainerSpecBuilder.of(id, sandbox, image, arguments)
                .log(directory.resolve("logs").resolve(id + ".log"))
                .build();
        backend.containers().create(sandbox, spec);
        backend.containers().start(id);
        return spec;
    }

    private static List<String> lines(ContainerSpec container) throws IOException {
        Path log = container.logPath().orElseThrow();
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private static void awaitLines(ContainerSpec container, int count) {
        await().atMost(SOON).until(() -> lines(container).size() >= count);
    }

    private void remove(Backend backend, ContainerSpec... containers) {
        for (ContainerSpec container : containers) {
            backend.containers().stop(container.id(), Signal.KILL, GracePeriod.NONE);
            backend.containers().remove(container.id());
        }
        backend.sandboxes().stop(sandbox.id());
        backend.sandboxes().remove(sandbox.id());
        assertThat(backend.observer().sightings()).isEmpty();
        assertThat(Leftovers.of(host)).isEmpty();
    }
}
