package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static io.davit.conformance.suite.checks.Refusal.refusedWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Workbench;
import io.davit.conformance.suite.stream.RawHttp;
import io.davit.conformance.suite.stream.SpdyClient;
import io.davit.conformance.suite.stream.WebSocketClient;
import io.davit.cri.v1.AttachRequest;
import io.davit.cri.v1.ExecRequest;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Feature("Exec")
final class ExecStreamChecks {
    private static final String[] SPDY = {
        "v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"
    };
    private static final String SOCKET = "v4.channel.k8s.io";

    private final Workbench bench;

    ExecStreamChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "Exec", says = "Over SPDY the streams carry the command's input and both outputs, then its status.")
    void a_command_over_spdy_has_its_three_streams() throws Exception {
        String url = exec(running(), true, "sh", "-c", "cat; echo err >&2");
        try (SpdyClient client = SpdyClient.connect(url, SPDY)) {
            assertThat(client.version()).isEqualTo("v4.channel.k8s.io");
            var error = client.open("error");
            var stdin = client.open("stdin");
            var stdout = client.open("stdout");
            var stderr = client.open("stderr");
            stdin.write("hello\n");
            assertThat(stdout.in().readUntil("\n")).isEqualTo("hello\n");
            stdin.finish();
            assertThat(stderr.in().readAllText()).isEqualTo("err\n");
            assertThat(stdout.in().readAllText()).isEmpty();
            assertThat(status(error.in().readAllText()).get("status").asString())
                    .isEqualTo("Success");
        }
    }

    @Test
    @Contract(
            rpc = "Exec",
            says = "An exit code comes as a status of the reason NonZeroExitCode with the cause ExitCode.")
    void an_exit_code_comes_in_the_status() throws Exception {
        try (SpdyClient client = SpdyClient.connect(exec(running(), false, "sh", "-c", "exit 23"), SPDY)) {
            var error = client.open("error");
            var _ = client.open("stdout");
            var _ = client.open("stderr");
            JsonNode status = status(error.in().readAllText());
            assertThat(status.get("status").asString()).isEqualTo("Failure");
            assertThat(status.get("reason").asString()).isEqualTo("NonZeroExitCode");
            JsonNode cause = status.get("details").get("causes").get(0);
            assertThat(cause.get("reason").asString()).isEqualTo("ExitCode");
            assertThat(cause.get("message").asString()).isEqualTo("23");
        }
    }

    @Test
    @Contract(rpc = "Exec", says = "Output is complete before the status comes, however much it is.")
    void a_megabyte_goes_through_and_back() throws Exception {
        byte[] sent = new byte[3 << 20];
        new java.util.Random(7).nextBytes(sent);
        try (SpdyClient client = SpdyClient.connect(exec(running(), true, "cat"), SPDY)) {
            var error = client.open("error");
            var stdin = client.open("stdin");
            var stdout = client.open("stdout");
            var _ = client.open("stderr");
            stdin.write(sent);
            stdin.finish();
            assertThat(Arrays.equals(stdout.in().readAll(), sent)).isTrue();
            assertThat(error.in().readAllText()).contains("Success");
        }
    }

    @Test
    @Contract(rpc = "Exec", says = "With tty the command has a terminal, whose size follows the resize stream.")
    void a_terminal_can_be_resized() throws Exception {
        Container container = running();
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId(container.id())
                .addCmd("sh")
                .setTty(true)
                .setStdin(true)
                .setStdout(true)
                .build();
        try (SpdyClient client =
                SpdyClient.connect(bench.cri().runtime().exec(request).getUrl(), SPDY)) {
            var _ = client.open("error");
            var stdin = client.open("stdin");
            var stdout = client.open("stdout");
            var resize = client.open("resize");
            resize.write("{\"Width\":123,\"Height\":45}");
            stdin.write("until [ \"$(stty size)\" = '45 123' ]; do sleep 0.05; done; echo si''ze is right\n");
            assertThat(stdout.in().readUntil("size is right")).contains("size is right");
            stdin.write("exit\n");
        }
    }

    @Test
    @Contract(rpc = "Exec", says = "Over WebSocket each message names its channel; the status comes on channel 3.")
    void a_command_over_websocket_has_its_channels() throws Exception {
        String url = exec(running(), true, "sh", "-c", "read line; echo got $line; echo err >&2; exit 9");
        try (WebSocketClient client = WebSocketClient.connect(url, SOCKET)) {
            client.send(WebSocketClient.STDIN, "hello\n");
            assertThat(client.in(WebSocketClient.STDOUT).readUntil("\n")).isEqualTo("got hello\n");
            assertThat(client.in(WebSocketClient.STDERR).readUntil("\n")).isEqualTo("err\n");
            JsonNode status = status(client.in(WebSocketClient.ERROR).readAllText());
            assertThat(status.get("details").get("causes").get(0).get("message").asString())
                    .isEqualTo("9");
        }
    }

    @Test
    @Contract(rpc = "Exec", says = "With v5.channel.k8s.io a client can close the command's input over WebSocket.")
    void input_can_be_closed_over_websocket() throws Exception {
        String url = exec(running(), true, "cat");
        WebSocketClient opened;
        try {
            opened = WebSocketClient.connect(url, "v5.channel.k8s.io");
        } catch (CompletionException e) {
            Assumptions.abort("not there: v5.channel.k8s.io, which is newer than most servers: " + e.getMessage());
            return;
        }
        try (WebSocketClient client = opened) {
            client.send(WebSocketClient.STDIN, "hello");
            client.send(255, "\0");
            assertThat(client.in(WebSocketClient.ERROR).readAllText()).contains("Success");
            assertThat(client.in(WebSocketClient.STDOUT).readAllText()).isEqualTo("hello");
        }
    }

    @Test
    @Contract(rpc = "Exec", says = "An address can be used once; after that it is not found.")
    void an_address_can_be_used_once() throws Exception {
        String url = exec(running(), false, "true");
        try (SpdyClient client = SpdyClient.connect(url, SPDY)) {
            var error = client.open("error");
            var _ = client.open("stdout");
            var _ = client.open("stderr");
            var _ = error.in().readAllText();
        }
        try (RawHttp second = RawHttp.spdy(url, SPDY)) {
            assertThat(second.status()).isEqualTo(404);
        }
    }

    @Test
    @Contract(rpc = "Exec", says = "A client whose versions the server does not know is told those that it does.")
    void an_unknown_version_is_refused_with_the_known_ones() throws Exception {
        try (RawHttp answer = RawHttp.spdy(exec(running(), false, "true"), "v99.channel.k8s.io")) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("X-Accepted-Stream-Protocol-Versions")).contains("v4.channel.k8s.io");
        }
    }

    @Test
    @Contract(rpc = "Exec", says = "A terminal has no stream of errors: tty together with stderr is refused.")
    void a_terminal_with_a_stream_of_errors_is_refused() {
        ExecRequest.Builder request =
                ExecRequest.newBuilder().setContainerId(running().id()).addCmd("true");
        refusedWith(
                () -> bench.cri()
                        .runtime()
                        .exec(request.setTty(true)
                                .setStdout(true)
                                .setStderr(true)
                                .build()),
                Code.INVALID_ARGUMENT);
        refusedWith(
                () -> bench.cri()
                        .runtime()
                        .exec(request.setTty(false)
                                .setStdout(false)
                                .setStderr(false)
                                .build()),
                Code.INVALID_ARGUMENT);
    }

    @Test
    @Contract(
            rpc = {"Exec", "Attach"},
            says = "For a container that is not running there is no address.",
            aspects = Aspect.REFUSAL)
    void a_container_that_does_not_run_gets_no_address() {
        Container container = bench.runPod().create(bench.idle());
        refused(() -> exec(container, false, "true"));
        refused(() -> attach(container, false, false));
    }

    @Test
    @Contract(rpc = "Exec", says = "The addresses are on the loopback interface unless the operator wants otherwise.")
    void the_address_is_on_loopback() {
        assertThat(exec(running(), false, "true")).matches("https?://(127\\.0\\.0\\.1|localhost|\\[::1\\]):\\d+/.+");
    }

    @Test
    @Contract(
            rpc = "Exec",
            says = "A client that goes away does not leave its command waiting for input.",
            aspects = Aspect.ABANDONMENT)
    void a_command_whose_client_left_ends() throws Exception {
        Container container = running();
        try (SpdyClient client =
                SpdyClient.connect(exec(container, true, "sh", "-c", "echo up; cat; exit 0 # 27182"), SPDY)) {
            var _ = client.open("error");
            var _ = client.open("stdin");
            var stdout = client.open("stdout");
            var _ = client.open("stderr");
            assertThat(stdout.in().readUntil("\n")).isEqualTo("up\n");
        }
        bench.await(
                "the command to end",
                () -> container.sh("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; true"),
                text -> !text.contains("# 27182"));
    }

    private Container running() {
        return bench.runPod().run(bench.idle());
    }

    private String exec(Container container, boolean stdin, String... command) {
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId(container.id())
                .addAllCmd(Arrays.asList(command))
                .setStdin(stdin)
                .setStdout(true)
                .setStderr(true)
                .build();
        return bench.cri().runtime().exec(request).getUrl();
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

    private static JsonNode status(String text) throws IOException {
        assertThat(text.getBytes(StandardCharsets.UTF_8)).as("the status").isNotEmpty();
        return JsonMapper.shared().readTree(text);
    }
}
