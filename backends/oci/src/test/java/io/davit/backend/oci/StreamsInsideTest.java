package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.monitor.MonitorFiles;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.process.ProcessList;
import io.davit.backend.oci.sandbox.SandboxDirectory;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.backend.oci.syscall.Namespaces;
import io.davit.backend.oci.syscall.ThrowAwayThread;
import io.davit.conformance.contract.Background;
import io.davit.conformance.contract.SandboxSpecBuilder;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import io.davit.core.spi.TerminalSize;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams into containers under real runtimes: what they leave behind, terminals, slow clients, forwarded ports. */
class StreamsInsideTest extends InsideContainers {
    /** A child, a grandchild with a session of its own, and the command itself. */
    private static final String FAMILY = "sleep %1$s & setsid sh -c 'sleep %1$s & wait' & sleep %1$s";
    /** As an interactive shell does, which gives each job a process group. */
    private static final String JOBS = "set -m; sleep %1$s & sleep %1$s";

    private final String mark = Integer.toString(ThreadLocalRandom.current().nextInt(1_000_000, 9_000_000));

    @ParameterizedTest
    @CsvSource({"runc,false", "runc,true", "crun,false", "crun,true"})
    void a_command_past_its_limit_leaves_no_process(String handler, boolean tty) {
        ContainerSpec container = running(handler);
        ExecSpec spec = family(container, tty ? JOBS : FAMILY, tty, Optional.of(Duration.ofSeconds(2)));

        assertThatThrownBy(() -> exec(spec, new ByteArrayOutputStream()))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.TimedOut.class));

        await().untilAsserted(() -> assertThat(sleepers()).isZero());
    }

    @ParameterizedTest
    @CsvSource({"runc,false", "crun,false", "crun,true"})
    void nothing_is_executed_in_a_container_that_ended_without_anybody_to_tell(String handler, boolean tty) {
        ContainerSpec container = running(handler);
        MonitorFiles files =
                new MonitorFiles(engine.host().volatileDirectory().resolve("containers/" + container.id()));
        files.notedMonitor().orElseThrow().signal(9);
        long init = MonitorFiles.pid(files.containerPid()).orElseThrow();
        ProcessIdentity.of(init).orElseThrow().signal(9);
        await().until(() -> ProcessIdentity.of(init).isEmpty());

        assertThatThrownBy(() -> exec(family(container, FAMILY, tty, Optional.empty()), new ByteArrayOutputStream()))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.Refused.class));
    }

    @ParameterizedTest
    @CsvSource({"runc,false", "runc,true", "crun,false", "crun,true"})
    void a_command_whose_client_has_left_leaves_no_process(String handler, boolean tty) throws Exception {
        ContainerSpec container = running(handler);
        ExecSpec spec = family(container, tty ? JOBS : FAMILY, tty, Optional.empty());
        Background<Integer> command = Background.call(() -> exec(spec, new ByteArrayOutputStream()));
        await().untilAsserted(() -> assertThat(sleepers()).isGreaterThan(1));

        command.interrupt();

        await().untilAsserted(() -> assertThat(sleepers()).isZero());
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_child_that_holds_the_output_does_not_hold_the_command(String handler) {
        ContainerSpec container = running(handler);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ExecSpec spec = new ExecSpec(
                container.id(), List.of("sh", "-c", "sleep 1000 & echo done; exit 4"), false, Optional.empty());

        int code = exec(spec, output);

        assertThat(code).isEqualTo(4);
        assertThat(output).asString().isEqualTo("done\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_terminal_has_the_size_of_its_client(String handler) throws Exception {
        ContainerSpec container = running(handler);
        BlockingQueue<Optional<TerminalSize>> sizes = new LinkedBlockingQueue<>();
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        Stdio stdio = new Stdio(Optional.empty(), Optional.of(screen), Optional.empty(), sizes::take);
        String script = "trap 'stty size' WINCH; stty size; while :; do sleep 0.1; done";
        ExecSpec spec = new ExecSpec(container.id(), List.of("sh", "-c", script), true, Optional.empty());
        Background<Integer> command =
                Background.call(() -> engine.backend().streams().exec(spec, stdio));
        await().untilAsserted(() -> assertThat(screen.size()).isPositive());

        sizes.add(Optional.of(new TerminalSize(77, 33)));
        await().untilAsserted(() -> assertThat(screen).asString().contains("33 77"));
        sizes.add(Optional.of(new TerminalSize(132, 50)));
        await().untilAsserted(() -> assertThat(screen).asString().contains("50 132"));

        command.interrupt();
    }

    @Test
    void commands_leave_no_descriptors() throws Exception {
        ContainerSpec container = running("crun");
        engine.exec(container, "true");
        long before = descriptors();

        List<Background<String>> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            all.add(Background.call(() -> engine.exec(container, "echo", "hello")));
        }
        for (Background<String> one : all) assertThat(one.answer()).isEqualTo("hello");

        await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(before));
    }

    @Test
    void an_attached_client_that_does_not_read_is_dropped_and_holds_up_nothing() throws Exception {
        SandboxSpec sandbox = engine.sandbox();
        ContainerSpec container =
                engine.run(sandbox, engine.container(sandbox, List.of("sh", "-c", "while :; do seq 1 10000; done")));
        Stdio asleep = new Stdio(Optional.empty(), Optional.of(new Asleep()), Optional.empty(), TerminalResizes.NONE);

        Background<Boolean> attached =
                Background.run(() -> engine.backend().streams().attach(container.id(), asleep));

        assertThatThrownBy(attached::answer)
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.Exhausted.class));
        Path log = container.logPath().orElseThrow();
        long size = Files.size(log);
        await().untilAsserted(() -> assertThat(Files.size(log)).isGreaterThan(size + 1_000_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void a_port_is_forwarded_whichever_of_the_two_loopbacks_listens(String address) throws Exception {
        SandboxSpec sandbox = engine.sandbox();
        try (ServerSocket server = listening(sandbox.id(), address)) {
            assertThat(echoed(sandbox.id(), server)).isEqualTo("ping");
        }
    }

    @Test
    void a_port_of_a_pod_on_the_host_network_is_the_hosts() throws Exception {
        SandboxSpec sandbox = SandboxSpecBuilder.of(
                        SandboxId.random(engine.host().random()), "hosted")
                .hostNetwork()
                .logDirectory(root.resolve("logs"))
                .build();
        engine.backend().sandboxes().start(sandbox);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThat(echoed(sandbox.id(), server)).isEqualTo("ping");
        }
    }

    @Test
    void forwarded_connections_leave_no_descriptors() throws Exception {
        SandboxSpec sandbox = engine.sandbox();
        try (ServerSocket server = listening(sandbox.id(), "127.0.0.1")) {
            assertThat(echoed(sandbox.id(), server)).isEqualTo("ping");
            long before = descriptors();

            for (int i = 0; i < 200; i++)
                assertThat(echoed(sandbox.id(), server)).isEqualTo("ping");

            await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(before));
        }
    }

    private ContainerSpec running(String handler) {
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));
        return engine.run(sandbox, engine.container(sandbox, List.of("sleep", "100000")));
    }

    private ExecSpec family(ContainerSpec container, String script, boolean tty, Optional<Duration> limit) {
        return new ExecSpec(container.id(), List.of("sh", "-c", script.formatted(mark)), tty, limit);
    }

    private int exec(ExecSpec spec, ByteArrayOutputStream output) {
        return engine.backend()
                .streams()
                .exec(spec, new Stdio(Optional.empty(), Optional.of(output), Optional.empty(), TerminalResizes.NONE));
    }

    private int sleepers() {
        return ProcessList.withArguments(List.of("sleep", mark)::equals).size();
    }

    private ServerSocket listening(SandboxId sandbox, String address) {
        Path netns = new SandboxDirectory(new VolatileLayout(engine.host().volatileDirectory()).sandbox(sandbox))
                .pin(NamespaceKind.NET);
        return ThrowAwayThread.call("listen-in-netns", () -> {
            Namespaces.enter(netns, NamespaceKind.NET);
            return new ServerSocket(0, 1, InetAddress.ofLiteral(address));
        });
    }

    private String echoed(SandboxId sandbox, ServerSocket server) throws Exception {
        Background<Boolean> echo = Background.run(() -> {
            try (Socket client = server.accept();
                    InputStream input = client.getInputStream()) {
                input.transferTo(client.getOutputStream());
            }
        });
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        InputStream input = new ByteArrayInputStream("ping".getBytes(StandardCharsets.UTF_8));
        engine.backend()
                .streams()
                .forward(
                        sandbox,
                        server.getLocalPort(),
                        new Stdio(Optional.of(input), Optional.of(output), Optional.empty(), TerminalResizes.NONE));
        echo.answer();
        return output.toString(StandardCharsets.UTF_8);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    /** Takes nothing until its thread is interrupted. */
    private static final class Asleep extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            try {
                Thread.sleep(Duration.ofDays(1));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted");
            }
        }
    }
}
