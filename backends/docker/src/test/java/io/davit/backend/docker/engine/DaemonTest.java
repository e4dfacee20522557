package io.davit.backend.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.davit.backend.docker.FakeDaemon;
import io.davit.backend.docker.FakeDaemon.Reply;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What we do when the daemon is slow, gone, back, or says no. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class DaemonTest {
    private static final Daemon.Limits SHORT = new Daemon.Limits(Duration.ofMillis(300), Duration.ofMillis(300));
    private static final Daemon.Limits AMPLE = new Daemon.Limits(Duration.ofSeconds(30), Duration.ofSeconds(30));

    @TempDir
    private Path directory;

    private FakeDaemon fake;

    @BeforeEach
    void start() {
        fake = FakeDaemon.start(directory);
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    @Test
    void it_speaks_the_version_that_the_daemon_names() {
        try (Daemon daemon = Daemon.open(fake.socket(), AMPLE)) {
            assertThat(daemon.version()).isEqualTo(new ApiVersion(1, 41));
            DaemonInfo.of(daemon);
            assertThat(fake.requests()).containsExactly("GET /_ping", "GET /v1.41/info");
        }
    }

    @Test
    void a_daemon_that_is_not_there_is_unreachable_and_named() {
        Fault fault = catchThrowableOfType(Fault.class, () -> Daemon.open(directory.resolve("none"), AMPLE));

        assertThat(fault.kind()).isInstanceOf(Fault.Kind.Unreachable.class);
        assertThat(fault).hasMessageContaining(directory.resolve("none").toString());
    }

    @Test
    void a_daemon_that_says_nothing_is_given_up_at_the_limit_and_makes_the_node_not_ready() {
        try (Daemon daemon = Daemon.open(fake.socket(), SHORT)) {
            fake.on("/images/json", new Reply.Silence());

            Fault fault = catchThrowableOfType(Fault.class, () -> list(daemon));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.TimedOut.class);
            assertThat(daemon.trouble()).get().asString().contains("list images");
        }
    }

    @Test
    void an_answer_that_stops_in_its_middle_is_given_up_at_the_limit() {
        try (Daemon daemon = Daemon.open(fake.socket(), SHORT)) {
            fake.on("/containers/x/json", new Reply.HalfAnswer());

            Fault fault = catchThrowableOfType(Fault.class, () -> ContainerState.of(daemon, "x"));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.TimedOut.class);
        }
    }

    @Test
    void the_node_is_ready_again_as_soon_as_the_daemon_answers() {
        try (Daemon daemon = Daemon.open(fake.socket(), SHORT)) {
            fake.on("/images/json", new Reply.Silence());
            Fault _ = catchThrowableOfType(Fault.class, () -> list(daemon));

            fake.on("/images/json", new Reply.Text("200 OK", "[]"));
            list(daemon);

            assertThat(daemon.trouble()).isEmpty();
        }
    }

    @Test
    void connections_from_before_a_restart_of_the_daemon_fail_no_call() throws IOException {
        try (Daemon daemon = Daemon.open(fake.socket(), AMPLE)) {
            fake.on("/images/json", new Reply.Text("200 OK", "[]"));
            list(daemon);

            fake.drop();

            list(daemon);
            assertThat(daemon.trouble()).isEmpty();
        }
    }

    @Test
    void a_daemon_that_hangs_up_on_every_connection_is_unreachable() {
        try (Daemon daemon = Daemon.open(fake.socket(), AMPLE)) {
            fake.on("/images/json", new Reply.HangUp());

            Fault fault = catchThrowableOfType(Fault.class, () -> list(daemon));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.Unreachable.class);
        }
    }

    @Test
    void an_interrupted_call_ends_at_once_as_cancelled() throws InterruptedException {
        try (Daemon daemon = Daemon.open(fake.socket(), AMPLE)) {
            fake.on("/images/json", new Reply.Silence());
            Fault[] thrown = new Fault[1];
            Thread caller = Thread.ofVirtual().start(() -> {
                thrown[0] = catchThrowableOfType(Fault.class, () -> list(daemon));
            });

            caller.interrupt();
            caller.join();

            assertThat(thrown[0].kind()).isInstanceOf(Fault.Kind.Cancelled.class);
        }
    }

    @Test
    void what_the_daemon_says_is_in_the_error() {
        try (Daemon daemon = Daemon.open(fake.socket(), AMPLE)) {
            fake.on(
                    "/images/json",
                    new Reply.Text("500 Internal Server Error", "{\"message\":\"layer does not exist\"}"));

            Fault fault = catchThrowableOfType(Fault.class, () -> list(daemon));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.Failed.class);
            assertThat(fault).hasMessageContaining("list images").hasMessageContaining("layer does not exist");
            assertThat(daemon.trouble()).as("it has answered").isEmpty();
        }
    }

    @Test
    void a_conflict_is_a_refusal() {
        try (Daemon daemon = Daemon.open(fake.socket(), AMPLE)) {
            fake.on("/images/json", new Reply.Text("409 Conflict", "{\"message\":\"busy\"}"));

            Fault fault = catchThrowableOfType(Fault.class, () -> list(daemon));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.Refused.class);
        }
    }

    @Test
    void a_container_that_is_not_there_is_no_error() {
        try (Daemon daemon = Daemon.open(fake.socket(), AMPLE)) {
            assertThat(ContainerState.of(daemon, "x")).isEmpty();
        }
    }

    @Test
    void an_answer_in_small_chunks_is_put_together() {
        try (Daemon daemon = Daemon.open(fake.socket(), AMPLE)) {
            fake.on("/containers/x/json", new Reply.Chunks("{\"Id\":\"abc\",\"State\":{\"Status\":\"running\"}}"));

            assertThat(ContainerState.of(daemon, "x"))
                    .hasValueSatisfying(state -> assertThat(state.phase()).isEqualTo(ContainerState.Phase.RUNNING));
        }
    }

    @Test
    void a_file_of_this_host_that_is_not_there_says_nothing_of_the_daemon() {
        try (Daemon daemon = Daemon.open(fake.socket(), AMPLE)) {
            Fault cause = Fault.failed("read a profile", new NoSuchFileException("/no/such/profile"));

            Fault fault = catchThrowableOfType(
                    Fault.class,
                    () -> daemon.tell("create a container", _ -> {
                        throw cause;
                    }));

            assertThat(fault).isSameAs(cause);
            assertThat(daemon.trouble()).isEmpty();
        }
    }

    private static void list(Daemon daemon) {
        var _ = daemon.look("list images", client -> client.listImagesCmd().exec());
    }
}
