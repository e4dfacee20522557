package io.davit.backend.docker.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.docker.FakeDaemon;
import io.davit.backend.docker.FakeDaemon.Reply;
import io.davit.backend.docker.engine.Daemon;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of a command whose client has left; the command is a process of this machine. */
@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ExecProcessTest {
    private static final Daemon.Limits LIMITS = new Daemon.Limits(Duration.ofSeconds(30), Duration.ofSeconds(30));

    @TempDir
    private Path directory;

    private FakeDaemon fake;
    private Process command;

    @BeforeEach
    void start() throws IOException {
        fake = FakeDaemon.start(directory);
        command = new ProcessBuilder("sleep", "1000").start();
    }

    @AfterEach
    void stop() {
        command.destroyForcibly();
        fake.close();
    }

    @Test
    void a_command_that_the_daemon_is_just_starting_is_killed_when_it_runs() throws InterruptedException {
        fake.on("/exec/e/json", new Reply.Text("200 OK", "{\"Running\":false,\"ExitCode\":null,\"Pid\":0}"));
        try (Daemon daemon = Daemon.open(fake.socket(), LIMITS)) {
            Thread killing = Thread.ofVirtual().start(() -> new ExecProcess(daemon, "e").kill());
            await().until(() -> looks() > 1);

            fake.on("/exec/e/json", running());

            killing.join();
            assertThat(command.waitFor()).isNotZero();
        }
    }

    @Test
    void the_interrupt_that_told_of_the_clients_end_spares_no_command() throws InterruptedException {
        fake.on("/exec/e/json", running());
        try (Daemon daemon = Daemon.open(fake.socket(), LIMITS)) {
            Thread killing = Thread.ofVirtual().unstarted(() -> {
                Thread.currentThread().interrupt();
                new ExecProcess(daemon, "e").kill();
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });
            killing.start();

            killing.join();
            assertThat(command.waitFor()).isNotZero();
        }
    }

    @Test
    void a_command_that_has_ended_is_left_alone_for_its_number_may_be_anothers() {
        fake.on(
                "/exec/e/json",
                new Reply.Text("200 OK", "{\"Running\":false,\"ExitCode\":0,\"Pid\":" + command.pid() + "}"));
        try (Daemon daemon = Daemon.open(fake.socket(), LIMITS)) {
            new ExecProcess(daemon, "e").kill();

            assertThat(command.isAlive()).isTrue();
        }
    }

    private Reply running() {
        return new Reply.Text("200 OK", "{\"Running\":true,\"ExitCode\":null,\"Pid\":" + command.pid() + "}");
    }

    private long looks() {
        return fake.requests().stream()
                .filter(request -> request.contains("/exec/e/json"))
                .count();
    }
}
