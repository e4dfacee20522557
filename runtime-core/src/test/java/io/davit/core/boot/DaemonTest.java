package io.davit.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process of its own, around a server that only tells what it was asked to do. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DaemonTest {
    @TempDir
    private Path directory;

    private final List<Process> started = new ArrayList<>();
    private Path config;

    @BeforeEach
    void a_configuration() throws IOException {
        config = Files.writeString(directory.resolve("davit.toml"), """
                [server]
                socket = "%1$s/davit.sock"
                root = "%1$s/root"
                state = "%1$s/state"
                [log]
                format = "journal"
                """.formatted(directory));
    }

    @AfterEach
    void nothing_runs_on() throws InterruptedException {
        for (Process process : started) process.destroyForcibly().waitFor();
    }

    @Test
    void serves_until_it_is_told_to_stop_and_ends_well() throws Exception {
        Process daemon = serve();
        BufferedReader log = daemon.errorReader();
        awaitLine(log, "<6>Daemon: serving on " + directory.resolve("davit.sock"));

        signal(daemon, "TERM");

        awaitLine(log, "<6>Daemon: stopping; pods go on running");
        assertThat(daemon.waitFor()).isZero();
        assertThat(daemon.inputReader().lines()).containsExactly("started", "closed");
    }

    @Test
    void reads_the_configuration_again_when_told_so() throws Exception {
        Process daemon = serve();
        BufferedReader log = daemon.errorReader();
        awaitLine(log, "<6>Daemon: serving on " + directory.resolve("davit.sock"));

        Files.writeString(config, "[network]\nplugin-limit = \"7s\"\n[log]\nformat = \"json\"\n");
        signal(daemon, "HUP");
        assertThat(log.readLine()).contains("\"message\":\"configuration read again from " + config + "\"");

        Files.writeString(config, "[nonsense]\n");
        signal(daemon, "HUP");
        assertThat(log.readLine()).contains("\"level\":\"ERROR\"").contains(config + ":1:1: [nonsense]: unknown table");

        signal(daemon, "INT");
        assertThat(daemon.waitFor()).isZero();
        assertThat(daemon.inputReader().lines()).containsExactly("started", "reloaded PT7S", "closed");
    }

    @Test
    void a_second_one_refuses_and_names_the_first() throws Exception {
        Process first = serve();
        awaitLine(first.errorReader(), "<6>Daemon: serving on " + directory.resolve("davit.sock"));

        Process second = serve();

        assertThat(second.waitFor()).isEqualTo(Davit.FAILED);
        assertThat(second.errorReader().lines()).last().asString().contains("process " + first.pid());
        assertThat(second.inputReader().lines()).isEmpty();
    }

    @Test
    void ends_with_a_failure_when_its_server_has_ended_by_itself() throws Exception {
        Process daemon = serve("ends-by-itself");

        assertThat(daemon.waitFor()).isEqualTo(Davit.FAILED);
        assertThat(daemon.inputReader().lines()).containsExactly("started", "closed");
    }

    private Process serve(String... more) throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        // As bin/davit does: signals that the build's parent had ignored (nohup) are heard again.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal",
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                InAProcess.class.getName(),
                config.toString()));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private static void awaitLine(BufferedReader log, String wanted) throws IOException {
        List<String> seen = new ArrayList<>();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            seen.add(line);
            if (line.equals(wanted)) return;
        }
        throw new AssertionError("the log ended without '" + wanted + "': " + seen);
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** What the process runs. */
    static final class InAProcess {
        private InAProcess() {}

        public static void main(String[] arguments) {
            boolean ends = arguments.length > 1;
            System.exit(Davit.run(
                    new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                    new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                    () -> StandInProvider.oci(EngineSettings.class),
                    (_, _) -> new TellingServer(ends),
                    "serve",
                    "--config",
                    arguments[0]));
        }
    }

    /** Prints what it was asked to do. */
    private record TellingServer(boolean endsByItself) implements RunningServer {
        TellingServer {
            System.out.println("started");
        }

        @Override
        public void await() throws InterruptedException {
            if (!endsByItself) new CountDownLatch(1).await();
        }

        @Override
        public void reload(ServerConfig config) {
            System.out.println("reloaded " + config.network().pluginLimit());
        }

        @Override
        public void close() {
            System.out.println("closed");
        }
    }
}
