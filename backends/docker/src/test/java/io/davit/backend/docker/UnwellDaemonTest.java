package io.davit.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.davit.backend.docker.FakeDaemon.Reply;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.Signal;
import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.Backend;
import io.davit.core.spi.HandlerSettings;
import io.davit.core.spi.HostServices;
import io.davit.core.spi.Sighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole backend in front of a daemon that hangs, fails, or goes away. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class UnwellDaemonTest {
    private static final String IMAGE_ID = "sha256:" + "1".repeat(64);
    private static final ContainerId CONTAINER = new ContainerId("c".repeat(64));
    private static final Reply NOTHING = new Reply.Text("200 OK", "[]");

    @TempDir
    private Path directory;

    private FakeDaemon fake;
    private HostServices host;

    @BeforeEach
    void start() throws IOException {
        fake = FakeDaemon.start(directory);
        fake.on(
                "/images/json",
                new Reply.Text(
                        "200 OK", "[{\"Id\":\"" + IMAGE_ID + "\",\"RepoTags\":[\"busybox:1\"],\"RepoDigests\":[]}]"));
        fake.on(
                "/images/" + IMAGE_ID + "/json",
                new Reply.Text(
                        "200 OK",
                        "{\"Id\":\"" + IMAGE_ID + "\",\"RepoTags\":[\"busybox:1\"],\"Size\":7,\"Config\":null}"));
        fake.on("/containers/json", NOTHING);
        host = new HostServices(
                Clock.systemUTC(),
                new SecureRandom(),
                Files.createDirectories(directory.resolve("persistent")),
                Files.createDirectories(directory.resolve("volatile")),
                ChildProcesses.forThisMachine());
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    @Test
    void images_are_listed_from_memory_while_the_daemon_hangs_and_the_node_is_not_ready() {
        try (Backend backend = open(List.of())) {
            fake.on("/images/json", new Reply.Silence());
            fake.on("/images/" + IMAGE_ID + "/json", new Reply.Silence());
            Fault fault =
                    catchThrowableOfType(Fault.class, () -> backend.images().remove(ImageId.parse(IMAGE_ID)));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.TimedOut.class);
            assertThat(backend.images().list())
                    .extracting(Image::repoTags)
                    .containsExactly(List.of("docker.io/library/busybox:1"));
            assertThat(backend.info().trouble()).isPresent();
        }
    }

    @Test
    void a_daemon_that_is_not_there_at_our_start_is_waited_for_and_then_named() {
        fake.close();

        Fault fault = catchThrowableOfType(Fault.class, () -> open(List.of()));

        assertThat(fault.kind()).isInstanceOf(Fault.Kind.Unreachable.class);
        assertThat(fault).hasMessageContaining("systemctl status docker");
    }

    @Test
    void a_watch_ends_as_unreachable_when_the_daemon_goes_so_that_everything_is_looked_at_again() {
        try (Backend backend = open(List.of())) {
            fake.on("/events", new Reply.Chunks(""));

            Fault fault =
                    catchThrowableOfType(Fault.class, () -> backend.observer().watch(_ -> {}));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.Unreachable.class);
        }
    }

    @Test
    void only_events_of_our_own_containers_are_told() throws IOException {
        try (Backend backend = open(List.of())) {
            String owner =
                    Files.readString(directory.resolve("persistent/owner")).strip();
            fake.on("/containers/davit-" + CONTAINER + "/json", exited(3));
            fake.on("/events", new Reply.Chunks(die(CONTAINER, "somebody-else") + die(CONTAINER, owner)));
            List<Sighting> told = new CopyOnWriteArrayList<>();

            Fault end =
                    catchThrowableOfType(Fault.class, () -> backend.observer().watch(told::add));

            assertThat(end).isNotNull();
            await().untilAsserted(() -> assertThat(told)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Sighting.ExitedContainer.class,
                            exited -> assertThat(exited.exit().code()).isEqualTo(3)));
        }
    }

    @Test
    void an_end_that_takes_long_to_look_at_keeps_no_other_waiting() throws IOException {
        ContainerId slow = new ContainerId("d".repeat(64));
        try (Backend backend = open(List.of(), Duration.ofMinutes(10))) {
            String owner =
                    Files.readString(directory.resolve("persistent/owner")).strip();
            fake.on("/containers/davit-" + slow + "/json", new Reply.Silence());
            fake.on("/containers/davit-" + CONTAINER + "/json", exited(3));
            fake.on("/events", new Reply.Chunks(die(slow, owner) + die(CONTAINER, owner)));
            List<Sighting> told = new CopyOnWriteArrayList<>();

            Fault end =
                    catchThrowableOfType(Fault.class, () -> backend.observer().watch(told::add));

            assertThat(end).isNotNull();
            await().untilAsserted(() -> assertThat(told).hasSize(1));
        }
    }

    @Test
    void a_container_that_does_not_die_is_an_error_and_stays_alive() {
        try (Backend backend = open(List.of())) {
            fake.on("/containers/davit-" + CONTAINER + "/json", running());
            fake.on("/containers/davit-" + CONTAINER + "/kill", new Reply.Text("204 No Content", ""));

            Fault fault = catchThrowableOfType(
                    Fault.class, () -> backend.containers().stop(CONTAINER, Signal.TERM, GracePeriod.NONE));

            assertThat(fault).hasMessageContaining("SIGKILL");
            assertThat(backend.observer().sighting(CONTAINER))
                    .hasValueSatisfying(seen -> assertThat(seen).isInstanceOf(Sighting.RunningContainer.class));
        }
    }

    @Test
    void a_removal_that_the_daemon_refuses_is_an_error_and_not_a_success() {
        try (Backend backend = open(List.of())) {
            fake.on("/containers/davit-" + CONTAINER + "/json", exited(0));
            fake.on(
                    "/containers/davit-" + CONTAINER,
                    new Reply.Text("500 Internal Server Error", "{\"message\":\"device or resource busy\"}"));

            Fault fault =
                    catchThrowableOfType(Fault.class, () -> backend.containers().remove(CONTAINER));

            assertThat(fault).hasMessageContaining("device or resource busy");
        }
    }

    @Test
    void a_removal_by_somebody_else_is_waited_for() {
        try (Backend backend = open(List.of())) {
            fake.on("/containers/davit-" + CONTAINER + "/json", exited(0));
            fake.on(
                    "/containers/davit-" + CONTAINER,
                    new Reply.Text("409 Conflict", "{\"message\":\"removal is already in progress\"}"));

            Fault fault =
                    catchThrowableOfType(Fault.class, () -> backend.containers().remove(CONTAINER));

            assertThat(fault.kind()).as("for as long as a call may take").isInstanceOf(Fault.Kind.Refused.class);
        }
    }

    @Test
    void a_handler_with_a_runtime_that_docker_does_not_have_is_refused_by_name() {
        var handler = new HandlerSettings(new RuntimeHandler("kata"), Map.of("runtime", "kata-runtime"));

        Fault fault = catchThrowableOfType(Fault.class, () -> open(List.of(handler)));

        assertThat(fault).hasMessageContaining("handlers.kata.runtime").hasMessageContaining("kata-runtime");
    }

    private Backend open(List<HandlerSettings> handlers) {
        return open(handlers, Duration.ofMillis(500));
    }

    private Backend open(List<HandlerSettings> handlers, Duration lookLimit) {
        DockerSettings settings = new DockerSettings(
                fake.socket(),
                lookLimit,
                Duration.ofMillis(500),
                Duration.ofMillis(500),
                Duration.ofMillis(500),
                "catatonit",
                "",
                "/davit",
                64 << 20,
                true,
                50 << 20,
                3);
        return new DockerProvider().open(settings, handlers, host);
    }

    private static Reply exited(int code) {
        return new Reply.Text(
                "200 OK",
                "{\"Id\":\"d\",\"State\":{\"Status\":\"exited\",\"ExitCode\":" + code
                        + ",\"StartedAt\":\"2026-01-02T03:04:05Z\",\"FinishedAt\":\"2026-01-02T03:04:06Z\"}}");
    }

    private static Reply running() {
        return new Reply.Text(
                "200 OK",
                "{\"Id\":\"d\",\"State\":{\"Status\":\"running\",\"Pid\":7,\"StartedAt\":\"2026-01-02T03:04:05Z\"}}");
    }

    private static String die(ContainerId id, String owner) {
        return "{\"Type\":\"container\",\"Action\":\"die\",\"Actor\":{\"ID\":\"d\",\"Attributes\":{\"io.davit.kind\":"
                + "\"container\",\"io.davit.id\":\"" + id + "\",\"io.davit.owner\":\"" + owner + "\"}}}\n";
    }
}
