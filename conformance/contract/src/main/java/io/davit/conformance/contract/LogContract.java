package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.StdioMode;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The log file of a container: CRI's format, and rotation. */
interface LogContract extends ContractPart {
    /** Time as RFC 3339 with nanoseconds, stream, tag, text. */
    String LINE = "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2}) %s F %s";

    @Test
    default void standard_output_is_a_line_of_the_log() throws IOException {
        ContainerSpec container = engine().started(engine().programs().echo("hello"));
        engine().awaitExit(container);

        assertThat(linesOf(container)).singleElement().asString().matches(LINE.formatted("stdout", "hello"));
    }

    @Test
    default void standard_error_is_a_line_of_the_log() throws IOException {
        ContainerSpec container = engine().started(engine().programs().complain("trouble"));
        engine().awaitExit(container);

        assertThat(linesOf(container)).singleElement().asString().matches(LINE.formatted("stderr", "trouble"));
    }

    @Test
    default void every_line_is_there_when_the_exit_is_seen() throws IOException {
        ContainerSpec container = engine().started(engine().programs().lines(20_000));
        engine().awaitExit(container);

        // A line may come in pieces (P) wherever the engine's read ended; its last piece is the line (F).
        List<String> lines = linesOf(container).stream()
                .filter(line -> line.matches(LINE.formatted("stdout", "\\d*")))
                .toList();
        assertThat(lines).hasSize(20_000);
    }

    @Test
    default void a_container_without_a_log_path_runs_all_the_same() {
        SandboxSpec sandbox = engine().sandbox();
        ContainerSpec quiet =
                engine().containerSpec(sandbox, engine().programs().echo("hello"), ContainerSpecBuilder::withoutLog);
        engine().create(sandbox, quiet);
        engine().containers().start(quiet.id());

        assertThat(engine().awaitExit(quiet).code()).isZero();
    }

    @Test
    default void removal_leaves_the_log_file() throws IOException {
        ContainerSpec container = engine().started(engine().programs().echo("hello"));
        engine().awaitExit(container);

        engine().containers().remove(container.id());

        assertThat(linesOf(container)).hasSize(1);
    }

    @Test
    default void after_a_rotation_it_writes_to_a_new_file_and_loses_no_line() throws Exception {
        SandboxSpec sandbox = engine().sandbox();
        ContainerSpec container = engine().containerSpec(
                        sandbox, engine().programs().cat(), one -> one.stdio(new StdioMode(true, false, false)));
        engine().create(sandbox, container);
        engine().containers().start(container.id());
        Path log = container.logPath().orElseThrow();
        Path rotated = log.resolveSibling("rotated.log");
        PipedOutputStream typing = new PipedOutputStream();
        PipedInputStream stdin = new PipedInputStream(typing);
        Background<Boolean> attached =
                Background.run(() -> engine().backend().streams().attach(container.id(), new Output().reading(stdin)));

        type(typing, "before");
        await().until(() -> Files.exists(log) && Files.readString(log).contains("before"));
        Files.move(log, rotated);
        engine().containers().reopenLog(container.id());
        type(typing, "after");
        await().until(() -> Files.readString(log).contains("after"));

        assertThat(Files.readAllLines(rotated)).singleElement().asString().endsWith(" F before");
        assertThat(linesOf(container)).singleElement().asString().endsWith(" F after");
        attached.interrupt();
    }

    @Test
    default void the_log_of_a_container_that_does_not_run_is_not_reopened() {
        ContainerSpec container = engine().started(engine().programs().exit(0));
        engine().awaitExit(container);

        Thrown.by(() -> engine().containers().reopenLog(container.id()));
    }

    private static void type(PipedOutputStream keyboard, String line) throws IOException {
        keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    private static List<String> linesOf(ContainerSpec container) throws IOException {
        Optional<Path> path = container.logPath();
        return Files.readAllLines(path.orElseThrow());
    }
}
