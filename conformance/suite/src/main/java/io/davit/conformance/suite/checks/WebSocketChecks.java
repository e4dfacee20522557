package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.conformance.suite.stream.SpdyClient;
import io.davit.conformance.suite.stream.WebSocketClient;
import io.davit.cri.v1.AttachRequest;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ExecRequest;
import io.davit.cri.v1.PortForwardRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What {@code crictl --transport websocket} and newer kubelets speak, beside the tests of exec and attach. */
@Feature("Streaming over WebSocket")
final class WebSocketChecks {
    private static final String PLAIN = "v4.channel.k8s.io";
    private static final String BASE64 = "v4.base64.channel.k8s.io";
    private static final String FORWARD = "portforward.k8s.io";

    private final Workbench bench;

    WebSocketChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "Exec", says = "A terminal's size follows the messages of channel 4.")
    void a_terminal_can_be_resized() throws Exception {
        Container container = bench.runPod().run(bench.idle());
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId(container.id())
                .addCmd("sh")
                .setTty(true)
                .setStdin(true)
                .setStdout(true)
                .build();
        try (WebSocketClient client =
                WebSocketClient.connect(bench.cri().runtime().exec(request).getUrl(), PLAIN)) {
            client.send(WebSocketClient.RESIZE, "{\"Width\":91,\"Height\":37}");
            client.send(
                    WebSocketClient.STDIN,
                    "until [ \"$(stty size)\" = '37 91' ]; do sleep 0.05; done; echo si''ze is right\n");
            assertThat(client.in(WebSocketClient.STDOUT).readUntil("size is right"))
                    .contains("size is right");
            client.send(WebSocketClient.STDIN, "exit 4\n");
            assertThat(client.in(WebSocketClient.ERROR).readAllText()).contains("\"4\"");
        }
    }

    @Test
    @Contract(rpc = "Exec", says = "In the base64 protocol messages are text: the channel's digit, then base64.")
    void messages_may_be_base64() throws Exception {
        Container container = bench.runPod().run(bench.idle());
        String url = exec(container, "sh", "-c", "read line; echo got $line; echo err >&2; exit 3");
        try (WebSocketClient client = WebSocketClient.connect(url, BASE64)) {
            client.sendBase64(WebSocketClient.STDIN, "hello\n");
            assertThat(client.in(WebSocketClient.STDOUT).readUntil("\n")).isEqualTo("got hello\n");
            assertThat(client.in(WebSocketClient.STDERR).readUntil("\n")).isEqualTo("err\n");
            assertThat(client.in(WebSocketClient.ERROR).readAllText()).contains("\"3\"");
        }
    }

    @Test
    @Contract(rpc = "Exec", says = "However much a command says, all of it comes before the status.")
    void three_megabytes_come_whole() throws Exception {
        Container container = bench.runPod().run(bench.idle());
        String url = exec(container, "sh", "-c", "head -c 3145728 /dev/zero | tr '\\0' y");
        try (WebSocketClient client = WebSocketClient.connect(url, PLAIN)) {
            assertThat(client.in(WebSocketClient.ERROR).readAllText()).contains("Success");
            assertThat(client.in(WebSocketClient.STDOUT).readAllText()).isEqualTo("y".repeat(3 << 20));
        }
    }

    @Test
    @Contract(
            rpc = "Attach",
            says = "Input and both outputs of a container have their channels; leaving does not end it.")
    void a_container_can_be_attached() throws Exception {
        Container container = bench.runPod()
                .run(bench.script("while read line; do echo got $line; echo err $line >&2; done")
                        .setStdin(true));
        AttachRequest request = AttachRequest.newBuilder()
                .setContainerId(container.id())
                .setStdin(true)
                .setStdout(true)
                .setStderr(true)
                .build();
        for (String word : new String[] {"one", "two"}) {
            String url = bench.cri().runtime().attach(request).getUrl();
            try (WebSocketClient client = WebSocketClient.connect(url, PLAIN)) {
                client.send(WebSocketClient.STDIN, word + "\n");
                assertThat(client.in(WebSocketClient.STDOUT).readUntil("\n")).isEqualTo("got " + word + "\n");
                assertThat(client.in(WebSocketClient.STDERR).readUntil("\n")).isEqualTo("err " + word + "\n");
            }
        }
        assertThat(container.status().getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    @Contract(rpc = "PortForward", says = "SPDY goes through the messages of a WebSocket as through a connection.")
    void ports_are_forwarded_through_a_tunnel() throws Exception {
        Pod pod = bench.runPod();
        Container listener = pod.run(
                bench.script("echo ready; while :; do nc -l -p 8080 -e sh -c 'read line; echo echo: $line'; done"));
        bench.await("the listener", () -> listener.logged("stdout"), text -> text.startsWith("ready\n"));
        bench.await(
                "port 8080 to be open",
                () -> listener.sh("cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; true"),
                text -> text.contains(":1F90 "));
        String url = bench.cri()
                .runtime()
                .portForward(PortForwardRequest.newBuilder()
                        .setPodSandboxId(pod.id())
                        .build())
                .getUrl();
        SpdyClient opened;
        try {
            opened = SpdyClient.tunnelled(url, FORWARD);
        } catch (IOException e) {
            Assumptions.abort("not there: SPDY/3.1+portforward.k8s.io (since Kubernetes 1.31): " + e.getMessage());
            return;
        }
        try (SpdyClient client = opened) {
            var error = client.open(Map.of("streamtype", "error", "port", "8080", "requestid", "0"));
            error.finish();
            var data = client.open(Map.of("streamtype", "data", "port", "8080", "requestid", "0"));
            data.write("hello\n");
            assertThat(data.in().readUntil("\n")).isEqualTo("echo: hello\n");
            var refused = client.open(Map.of("streamtype", "error", "port", "9", "requestid", "1"));
            refused.finish();
            var _ = client.open(Map.of("streamtype", "data", "port", "9", "requestid", "1"));
            assertThat(refused.in().readAllText()).contains("9");
        }
    }

    private String exec(Container container, String... command) {
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId(container.id())
                .addAllCmd(Arrays.asList(command))
                .setStdin(true)
                .setStdout(true)
                .setStderr(true)
                .build();
        return bench.cri().runtime().exec(request).getUrl();
    }
}
