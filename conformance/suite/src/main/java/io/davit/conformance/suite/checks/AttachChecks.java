package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Workbench;
import io.davit.conformance.suite.stream.SpdyClient;
import io.davit.conformance.suite.stream.WebSocketClient;
import io.davit.cri.v1.AttachRequest;
import io.davit.cri.v1.ContainerState;
import org.junit.jupiter.api.Test;

@Feature("Attach")
final class AttachChecks {
    private static final String[] SPDY = {
        "v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"
    };
    private static final String SOCKET = "v4.channel.k8s.io";

    private final Workbench bench;

    AttachChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "Attach", says = "The output from now on is seen, by everybody who is attached.")
    void the_output_reaches_everybody_who_is_attached() throws Exception {
        // An attachment gives no sign of being complete but the output: so there is some until both have seen it.
        Container container = bench.runPod()
                .run(bench.script("while [ ! -e /go ]; do echo tick; sleep 0.05; done; echo first; echo last"));
        try (SpdyClient one = SpdyClient.connect(attach(container, false, false), SPDY);
                SpdyClient two = SpdyClient.connect(attach(container, false, false), SPDY)) {
            var _ = one.open("error");
            var oneOut = one.open("stdout");
            var _ = one.open("stderr");
            var _ = two.open("error");
            var twoOut = two.open("stdout");
            var _ = two.open("stderr");
            var _ = oneOut.in().readUntil("tick\n");
            var _ = twoOut.in().readUntil("tick\n");
            var _ = container.exec("touch", "/go"); // the container may end before this command does
            assertThat(oneOut.in().readAllText()).endsWith("first\nlast\n");
            assertThat(twoOut.in().readAllText()).endsWith("first\nlast\n");
        }
        var _ = container.awaitExit();
        assertThat(container.logged("stdout")).endsWith("first\nlast\n");
    }

    @Test
    @Contract(
            rpc = "Attach",
            says = "What is written reaches the container's input; leaving does not end the container.",
            aspects = Aspect.ABANDONMENT)
    void input_reaches_the_container_and_leaving_is_harmless() throws Exception {
        Container container = bench.runPod()
                .run(bench.script("read a; echo got $a; read b; echo got $b; sleep 600")
                        .setStdin(true));
        for (String word : new String[] {"one", "two"}) {
            try (SpdyClient client = SpdyClient.connect(attach(container, true, false), SPDY)) {
                var _ = client.open("error");
                var stdin = client.open("stdin");
                var stdout = client.open("stdout");
                var _ = client.open("stderr");
                stdin.write(word + "\n");
                assertThat(stdout.in().readUntil("\n")).isEqualTo("got " + word + "\n");
            }
            assertThat(container.status().getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        }
    }

    @Test
    @Contract(
            rpc = "Attach",
            says = "With stdin_once the end of the first attached input is the end of the container's.",
            fields = "ContainerConfig.stdin_once")
    void with_stdin_once_the_first_input_ends_it() throws Exception {
        Container container =
                bench.runPod().run(bench.command("cat").setStdin(true).setStdinOnce(true));
        try (SpdyClient client = SpdyClient.connect(attach(container, true, false), SPDY)) {
            var _ = client.open("error");
            var stdin = client.open("stdin");
            var stdout = client.open("stdout");
            var _ = client.open("stderr");
            stdin.write("hello\n");
            assertThat(stdout.in().readUntil("\n")).isEqualTo("hello\n");
            stdin.finish();
            assertThat(container.awaitExit().getExitCode()).isZero();
        }
    }

    @Test
    @Contract(rpc = "Attach", says = "A container with a terminal can be talked to over WebSocket.")
    void a_terminal_can_be_attached_over_websocket() throws Exception {
        Container container =
                bench.runPod().run(bench.command("sh").setTty(true).setStdin(true));
        try (WebSocketClient client = WebSocketClient.connect(attach(container, true, true), SOCKET)) {
            client.send(WebSocketClient.STDIN, "echo se''en\n");
            assertThat(client.in(WebSocketClient.STDOUT).readUntil("seen")).contains("seen");
        }
        assertThat(container.status().getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    private String attach(Container container, boolean stdin, boolean tty) {
        AttachRequest request = AttachRequest.newBuilder()
                .setContainerId(container.id())
                .setStdin(stdin)
                .setTty(tty)
                .setStdout(true)
                .setStderr(!tty)
                .build();
        return bench.cri().runtime().attach(request).getUrl();
    }
}
