package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.LogLine;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@Feature("Container logs")
final class LogChecks {
    private final Workbench bench;

    LogChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "StartContainer", says = "A record is: RFC 3339 time with nanoseconds, stream, tag, content.")
    void records_have_the_form_of_the_CRI() {
        Container container = ran("echo one; echo two >&2; echo; printf three");
        List<LogLine> log = container.log();
        assertThat(log).hasSize(4);
        assertThat(log)
                .filteredOn(line -> line.stream().equals("stdout"))
                .extracting(LogLine::content)
                .containsExactly("one", "", "three");
        assertThat(log)
                .filteredOn(line -> line.stream().equals("stderr"))
                .extracting(LogLine::content)
                .containsExactly("two");
        assertThat(log).extracting(LogLine::tag).containsOnly("F", "P");
        for (LogLine line : log) {
            assertThat(Duration.between(line.time(), OffsetDateTime.now(ZoneOffset.UTC))
                            .abs())
                    .as("age of %s", line)
                    .isLessThan(Duration.ofMinutes(5));
        }
    }

    @Test
    @Contract(
            rpc = "StartContainer",
            says = "The times of a stream do not go backwards; those of its two streams need no order.")
    void times_do_not_go_backwards() {
        List<LogLine> log = ran("i=0; while [ $i -lt 200 ]; do echo $i; echo $i >&2; i=$((i+1)); done")
                .log();
        assertThat(log).hasSize(400);
        for (String stream : List.of("stdout", "stderr")) {
            assertThat(log.stream().filter(line -> line.stream().equals(stream)).map(LogLine::time))
                    .as("times of " + stream)
                    .isSorted();
        }
    }

    @Test
    @Contract(
            rpc = "StartContainer",
            says = "A line longer than a record comes in parts, whose contents give the line.")
    void a_long_line_comes_in_parts() {
        Container container = ran("head -c 100000 /dev/zero | tr '\\0' x; echo; echo short");
        List<LogLine> log = container.log();
        assertThat(log.size()).isGreaterThan(2);
        assertThat(log.getFirst().tag()).isEqualTo("P");
        assertThat(container.logged("stdout")).isEqualTo("x".repeat(100_000) + "\nshort\n");
    }

    @Test
    @Contract(rpc = "StartContainer", says = "Output without a final newline is in the log.")
    void the_last_words_need_no_newline() {
        assertThat(ran("printf 'last words'").logged("stdout")).startsWith("last words");
    }

    @Test
    @Contract(rpc = "StartContainer", says = "Content is bytes: what is no text comes through.")
    void content_is_bytes() {
        Container container = ran("printf '\\001\\377\\200 \\t ü\\n'");
        assertThat(container.log().getFirst().content())
                .isEqualTo(new String(
                        new byte[] {1, (byte) 0xff, (byte) 0x80, ' ', '\t', ' ', (byte) 0xc3, (byte) 0xbc},
                        java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Test
    @Contract(rpc = "StartContainer", says = "The output of a terminal is one stream, stdout.")
    void a_terminal_has_one_stream() {
        Container container = bench.runPod()
                .run(bench.script("test -t 1 && echo terminal; echo err >&2").setTty(true));
        var _ = container.awaitExit();
        assertThat(container.log()).extracting(LogLine::stream).containsOnly("stdout");
        assertThat(container.logged("stdout").replace("\r", "")).isEqualTo("terminal\nerr\n");
    }

    @Test
    @Contract(
            rpc = {"StartContainer", "ContainerStatus"},
            says = "When the state says exited, the last byte is in the log: readers stop following then.")
    void the_log_is_complete_when_the_container_has_exited() {
        Container container = ran("seq 1 20000");
        String logged = container.logged("stdout"); // read at once when the state is there: no waiting here
        assertThat(logged.lines().count()).as("lines in the log").isEqualTo(20_000);
        assertThat(logged)
                .isEqualTo(
                        IntStream.rangeClosed(1, 20_000).mapToObj(i -> i + "\n").collect(Collectors.joining()));
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A log path may have directories; they are made.",
            fields = "ContainerConfig.log_path")
    void a_log_path_may_have_directories() {
        Container container = bench.runPod().run(bench.script("echo hello").setLogPath("deep/er/0.log"));
        var _ = container.awaitExit();
        assertThat(container.logged("stdout")).isEqualTo("hello\n");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Without a log path the output is thrown away, and the container runs on.")
    void without_a_log_path_the_container_runs() {
        Container container = bench.runPod()
                .run(bench.script("head -c 1000000 /dev/zero; exit 5").clearLogPath());
        assertThat(container.awaitExit().getExitCode()).isEqualTo(5);
    }

    @Test
    @Contract(
            rpc = "ReopenContainerLog",
            says = "After a rename it makes a new file at the old path; both go on whole.")
    void a_rotated_log_goes_on_in_a_new_file() throws IOException {
        Container container =
                bench.runPod().run(bench.script("echo before; while [ ! -e /go ]; do sleep 0.05; done; echo after"));
        bench.await("the first line", () -> container.logged("stdout"), "before\n"::equals);
        Path rotated = rotate(container, 1);
        assertThat(container.logPath()).exists();
        var _ = container.exec("touch", "/go"); // the container may end before this command does
        var _ = container.awaitExit();
        assertThat(bench.log(rotated)).extracting(LogLine::content).containsExactly("before");
        assertThat(container.log()).extracting(LogLine::content).containsExactly("after");
    }

    @Test
    @Contract(rpc = "ReopenContainerLog", says = "No line is lost, doubled or split by a rotation, whatever the load.")
    void rotations_under_load_lose_no_line() throws IOException {
        Container container = bench.runPod()
                .run(bench.script(
                        "n=1; while [ ! -e /stop ]; do seq $n $((n+999)); n=$((n+1000)); done; echo end $((n-1))"));
        List<Path> files = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            bench.await("output in the new file", () -> Files.size(container.logPath()), size -> size > 100_000);
            files.add(rotate(container, i));
        }
        var _ = container.exec("touch", "/stop");
        var _ = container.awaitExit();
        files.add(container.logPath());
        StringBuilder text = new StringBuilder();
        for (Path file : files) bench.log(file).forEach(line -> text.append(content(line)));
        List<String> lines = text.toString().lines().toList();
        int count = lines.size() - 1;
        assertThat(lines.getLast()).isEqualTo("end " + count);
        assertThat(lines.subList(0, count))
                .isEqualTo(IntStream.rangeClosed(1, count)
                        .mapToObj(String::valueOf)
                        .toList());
    }

    @Test
    @Contract(
            rpc = "ReopenContainerLog",
            says = "For a container that does not run it fails, and makes no file.",
            aspects = Aspect.REFUSAL)
    void the_log_of_an_exited_container_is_not_reopened() throws IOException {
        Container container = ran("echo done");
        Files.move(container.logPath(), container.logPath().resolveSibling("old.log"));
        refused(() -> bench.cri().reopenContainerLog(container.id()));
        assertThat(container.logPath()).doesNotExist();
    }

    @Test
    @Contract(rpc = "StopContainer", says = "What a container says while it is being stopped is in its log.")
    void the_words_of_a_dying_container_are_logged() {
        Container container = bench.runPod()
                .run(bench.script(
                        "trap 'seq 1 1000; echo goodbye; exit 0' TERM; echo ready; while :; do sleep 0.05; done"));
        bench.await("the trap", () -> container.logged("stdout"), "ready\n"::equals);
        container.stop(10);
        assertThat(container.logged("stdout")).endsWith("\n1000\ngoodbye\n");
    }

    @Test
    @Contract(rpc = "RemovePodSandbox", says = "The log directory is the kubelet's; it and the logs stay.")
    void the_logs_outlive_the_pod() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.script("echo last words"));
        var _ = container.awaitExit();
        pod.stop();
        pod.remove();
        assertThat(container.logPath()).exists();
        assertThat(container.logged("stdout")).isEqualTo("last words\n");
        assertThat(Files.exists(pod.logDirectory())).isTrue();
    }

    private static String content(LogLine line) {
        return line.content() + (line.tag().equals("F") ? "\n" : "");
    }

    /** As the kubelet rotates: rename, then tell. */
    private Path rotate(Container container, int number) throws IOException {
        Path rotated = container.logPath().resolveSibling("0.log." + number);
        Files.move(container.logPath(), rotated);
        bench.cri().reopenContainerLog(container.id());
        return rotated;
    }

    private Container ran(String script) {
        Container container = bench.runPod().run(bench.script(script));
        var _ = container.awaitExit();
        return container;
    }
}
