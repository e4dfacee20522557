package io.davit.core.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ChildProcessesTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final ChildProcesses processes = new ChildProcesses(2);

    @TempDir
    private Path directory;

    @Test
    void a_program_gives_its_exit_code_and_both_outputs() {
        CommandResult result = processes.run(shell(LONG, "echo out; echo err >&2; exit 3"));

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stdoutText()).isEqualTo("out\n");
        assertThat(result.complaint()).isEqualTo("err");
    }

    /** A client's number of seconds can be longer than nanoseconds can count. */
    @Test
    void a_limit_may_be_longer_than_the_world_will_last() {
        assertThat(processes
                        .run(shell(Duration.ofSeconds(Long.MAX_VALUE), "exit 3"))
                        .exitCode())
                .isEqualTo(3);
    }

    @Test
    void a_program_reads_its_input_also_where_it_is_larger_than_a_pipe() {
        byte[] input = "x".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);

        CommandResult result = processes.run(new Command(List.of("cat"), Map.of(), input, Optional.empty(), LONG));

        assertThat(result.stdout()).isEqualTo(input);
    }

    @Test
    void a_program_that_does_not_read_its_input_is_no_failure() {
        CommandResult result =
                processes.run(new Command(List.of("true"), Map.of(), new byte[1_000_000], Optional.empty(), LONG));

        assertThat(result.succeeded()).isTrue();
    }

    @Test
    void the_environment_is_clean_but_for_path_locale_and_what_was_given() {
        CommandResult result = processes.run(
                new Command(List.of("/usr/bin/env"), Map.of("MINE", "1"), new byte[0], Optional.empty(), LONG));

        assertThat(result.stdoutText().lines())
                .containsExactlyInAnyOrder("PATH=" + ProgramPath.PATH, "LC_ALL=C", "MINE=1");
    }

    @Test
    void no_descriptor_of_ours_reaches_the_program() throws IOException {
        Path open = Files.createFile(directory.resolve("open-in-the-parent"));
        try (var _ = Files.newInputStream(open)) {
            CommandResult result = processes.run(shell(LONG, "ls -l /proc/self/fd"));

            assertThat(result.stdoutText()).contains("0 -> /dev/null").doesNotContain(open.toString());
        }
    }

    @Test
    void a_program_runs_in_the_given_directory() throws IOException {
        CommandResult result =
                processes.run(new Command(List.of("pwd"), Map.of(), new byte[0], Optional.of(directory), LONG));

        assertThat(result.stdoutText().strip()).isEqualTo(directory.toRealPath().toString());
    }

    @Test
    void an_output_beyond_the_limit_is_read_and_dropped() {
        CommandResult result = processes.run(shell(LONG, "head -c 20000000 /dev/zero; echo end >&2"));

        assertThat(result.stdout()).hasSize(ChildProcesses.OUTPUT_BYTES_MAX);
        assertThat(result.complaint()).isEqualTo("end");
    }

    @Test
    void a_program_that_is_not_there_is_named_with_where_it_was_searched() {
        assertThatThrownBy(() -> processes.run(Command.of(LONG, "no-such-program")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("no-such-program")
                .hasMessageContaining("/usr/sbin")
                .hasMessageContaining("install it");
        assertThatThrownBy(() -> processes.run(Command.of(LONG, "/no/such/program")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("/no/such/program");
    }

    @Test
    void a_program_beyond_its_limit_is_killed_with_its_children() throws IOException {
        Path pids = directory.resolve("pids");
        Command command = shell(
                Duration.ofSeconds(1),
                "sh -c 'sleep 1000 & echo $! >> %1$s; wait' & echo $! >> %1$s; echo $$ >> %1$s; wait".formatted(pids));

        Fault fault = catchThrowableOfType(Fault.class, () -> processes.run(command));

        assertThat(fault.kind()).isEqualTo(new Fault.Kind.TimedOut("/bin/sh", Duration.ofSeconds(1)));
        List<String> started = Files.readAllLines(pids);
        assertThat(started).hasSize(3);
        await().untilAsserted(() -> assertThat(started).noneMatch(ChildProcessesTest::runs));
    }

    @Test
    void an_interrupt_kills_the_program_and_stays_visible() throws Exception {
        Path pid = directory.resolve("pid");
        BlockingQueue<Throwable> thrown = new ArrayBlockingQueue<>(1);
        BlockingQueue<Boolean> interrupted = new ArrayBlockingQueue<>(1);
        Thread caller = Thread.ofVirtual().start(() -> {
            thrown.add(catchThrowableOfType(
                    Fault.class, () -> processes.run(shell(LONG, "echo $$ > " + pid + "; exec sleep 1000"))));
            interrupted.add(Thread.currentThread().isInterrupted());
        });
        await().until(() -> Files.exists(pid) && Files.size(pid) > 0);

        caller.interrupt();
        caller.join();

        assertThat(((Fault) thrown.take()).kind()).isInstanceOf(Fault.Kind.Cancelled.class);
        assertThat(interrupted.take()).isTrue();
        assertThat(runs(Files.readString(pid).strip())).isFalse();
    }

    @Test
    void a_child_that_keeps_the_output_open_does_not_hold_up_its_parents_result() throws IOException {
        CommandResult result = processes.run(shell(LONG, "sleep 1000 & echo $!"));

        String left = result.stdoutText().strip();
        assertThat(runs(left)).isTrue();
        ProcessHandle.of(Long.parseLong(left)).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void no_more_programs_run_at_a_time_than_there_are_places() throws Exception {
        BlockingQueue<String> counts = new LinkedBlockingQueue<>();
        String count = "cd %s; touch $$; ls | wc -l; sleep 0.05; rm $$".formatted(directory);
        List<Thread> callers = IntStream.range(0, 8)
                .mapToObj(_ -> Thread.ofVirtual()
                        .start(() -> counts.add(
                                processes.run(shell(LONG, count)).stdoutText().strip())))
                .toList();
        for (Thread caller : callers) caller.join();

        assertThat(counts).hasSize(8).containsAnyOf("1", "2").isSubsetOf("1", "2");
    }

    private static Command shell(Duration limit, String script) {
        return Command.of(limit, "/bin/sh", "-c", script);
    }

    /** A zombie has ended: in a container nobody may be there to reap what was orphaned. */
    private static boolean runs(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException _) {
            return false;
        }
    }
}
