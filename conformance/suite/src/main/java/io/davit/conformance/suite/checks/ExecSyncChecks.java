package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static io.davit.conformance.suite.checks.Refusal.refusedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Ran;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ExecSyncResponse;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@Feature("ExecSync")
final class ExecSyncChecks {
    private static final int STREAM_BYTES_MAX = 16 * 1024 * 1024;

    private final Workbench bench;

    ExecSyncChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "ExecSync", says = "Both outputs come back apart from each other, byte by byte.")
    void both_outputs_are_told_apart() {
        Ran ran = running().exec("sh", "-c", "echo out; echo err >&2");
        assertThat(ran).isEqualTo(new Ran(0, "out\n", "err\n"));
    }

    @Test
    @Contract(rpc = "ExecSync", says = "Output is bytes: what is no text comes through.")
    void output_is_bytes() {
        ExecSyncResponse response =
                bench.cri().execSync(running().id(), 10, List.of("sh", "-c", "printf '\\000\\001\\377\\200\\r\\n'"));
        assertThat(response.getStdout().toByteArray())
                .containsExactly(0, 1, (byte) 0xff, (byte) 0x80, (byte) '\r', (byte) '\n');
    }

    @Test
    @Contract(rpc = "ExecSync", says = "An exit code other than 0 is an answer, not an error.")
    void an_exit_code_is_an_answer() {
        assertThat(running().exec("sh", "-c", "exit 17").exitCode()).isEqualTo(17);
    }

    @Test
    @Contract(rpc = "ExecSync", says = "Arguments are passed as they are; no shell looks at them.")
    void arguments_are_not_interpreted() {
        assertThat(running()
                        .exec("printf", "%s|", "a b", "$HOME", "", "*", "\"")
                        .text())
                .isEqualTo("a b|$HOME||*|\"|");
    }

    @Test
    @Contract(
            rpc = "ExecSync",
            says = "A command that outlasts its timeout ends with DEADLINE_EXCEEDED: probes tell by it.")
    void a_timeout_is_DEADLINE_EXCEEDED() {
        Container container = running();
        long begin = System.nanoTime();
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class, () -> bench.cri().execSync(container.id(), 1, List.of("sleep", "600")));
        assertThat(refused).isNotNull();
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(15);
    }

    @Test
    @Contract(rpc = "ExecSync", says = "A command that outlasted its timeout is gone from the container.")
    void a_timed_out_command_is_gone() {
        Container container = running();
        var _ = catchThrowableOfType(
                StatusRuntimeException.class, () -> bench.cri().execSync(container.id(), 1, List.of("sleep", "31415")));
        bench.await("the command to be gone", () -> processes(container), text -> !text.contains("31415"));
    }

    @Test
    @Contract(rpc = "ExecSync", says = "A command inherits the container's environment, user and working directory.")
    void a_command_runs_as_the_container_does() {
        var config = bench.idle().addEnvs(Workbench.env("COLOUR", "blue")).setWorkingDir("/tmp");
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .setRunAsUser(io.davit.cri.v1.Int64Value.newBuilder().setValue(33))
                .addSupplementalGroups(4321);
        Container container = bench.runPod().run(config);
        assertThat(container.sh("echo $COLOUR; pwd; id -u; id -G").lines().toList())
                .startsWith("blue", "/tmp", "33")
                .last()
                .asString()
                .contains("4321");
    }

    @Test
    @Contract(rpc = "ExecSync", says = "A command has no terminal, and nothing to read.")
    void a_command_has_no_terminal_and_an_empty_input() {
        assertThat(running().sh("test -t 1 || echo none; cat | wc -c")).isEqualTo("none\n0");
    }

    @Test
    @Contract(
            rpc = "ExecSync",
            says = "Up to 16 MiB of output come back whole; what is over that is dropped, not an error.")
    void much_output_comes_back_and_too_much_is_cut() {
        Container container = running();
        assertThat(output(container, 3 << 20).getStdout().size()).isEqualTo(3 << 20);
        // The whole message has to fit into 16 MiB, so a server cuts somewhere below.
        ExecSyncResponse cut = bench.cri().execSync(container.id(), 60, List.of("head", "-c", "40000000", "/dev/zero"));
        assertThat(cut.getStdout().size()).isBetween(STREAM_BYTES_MAX / 2, STREAM_BYTES_MAX);
        assertThat(cut.getExitCode()).isZero();
    }

    @Test
    @Contract(
            rpc = "ExecSync",
            says = "A background process that keeps the output open does not hold the answer for ever.")
    void a_background_process_does_not_hold_the_answer() {
        Container container = running();
        long begin = System.nanoTime();
        ExecSyncResponse response =
                bench.cri().execSync(container.id(), 0, List.of("sh", "-c", "sleep 300 & echo started"));
        assertThat(response.getStdout().toStringUtf8()).isEqualTo("started\n");
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(45);
    }

    @Test
    @Contract(rpc = "ExecSync", says = "Commands in one container run side by side.")
    void many_commands_at_once_get_their_own_answers() throws Exception {
        Container container = running();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> calls = IntStream.range(0, 16)
                    .<Callable<String>>mapToObj(i -> () -> container.sh("echo number " + i))
                    .toList();
            List<Future<String>> answers = pool.invokeAll(calls);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo("number " + i);
            }
        }
    }

    @Test
    @Contract(rpc = "ExecSync", says = "A command is required.")
    void an_empty_command_is_refused() {
        Container container = running();
        refused(() -> bench.cri().execSync(container.id(), 5, List.of()));
    }

    @Test
    @Contract(
            rpc = "ExecSync",
            says = "A program that is not there gives an error or the shell's code, never a success.")
    void a_program_that_is_not_there_is_no_success() {
        Container container = running();
        try {
            assertThat(container.exec("/no/such/program").exitCode()).isBetween(126, 127);
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getDescription()).contains("/no/such/program");
        }
    }

    @Test
    @Contract(rpc = "ExecSync", says = "Only in a running container can a command be run.")
    void nothing_runs_in_a_container_that_does_not_run() {
        Container container = bench.runPod().create(bench.idle());
        refused(() -> container.exec("true"));
        container.start();
        container.stop(5);
        refused(() -> container.exec("true"));
        container.remove();
        refusedWith(() -> container.exec("true"), Code.NOT_FOUND);
    }

    private ExecSyncResponse output(Container container, int bytes) {
        return bench.cri().execSync(container.id(), 60, List.of("head", "-c", String.valueOf(bytes), "/dev/zero"));
    }

    private Container running() {
        return bench.runPod().run(bench.idle());
    }

    private static String processes(Container container) {
        return container.sh("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; true");
    }
}
