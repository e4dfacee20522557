package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class WebSocketTest {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;
    private static final int HALF_CLOSE = 255;
    private static final String V5 = "v5.channel.k8s.io";
    private static final String V4 = "v4.channel.k8s.io";
    private static final String SUCCESS = "{\"metadata\":{},\"status\":\"Success\"}";

    private final ServerOnHost server = new ServerOnHost();

    @AfterEach
    void close() {
        server.close();
    }

    @Nested
    class A_command {
        @Test
        void greets_then_sends_outputs_and_status_and_says_goodbye() throws InterruptedException, ExecutionException {
            String url = server.exec(ServerOnHost.OUTPUTS, "sh", "-c", "echo out; echo err >&2");
            try (WebSocketClient client = WebSocketClient.connect(url, V5, V4)) {
                assertThat(client.protocol()).isEqualTo(V5);
                assertThat(client.next()).isEqualTo("\u0001");
                StringBuilder outputs = new StringBuilder();
                String message = client.next();
                for (; message.charAt(0) != ERROR; message = client.next()) {
                    outputs.append((int) message.charAt(0)).append(message.substring(1));
                }
                assertThat(outputs.toString().lines()).containsExactlyInAnyOrder(STDOUT + "out", STDERR + "err");
                assertThat(message).isEqualTo("\u0003" + SUCCESS);
                assertThat(client.awaitClose()).isEqualTo(1000);
            }
        }

        @Test
        void reads_its_input_to_the_half_close_of_version_5() throws InterruptedException, ExecutionException {
            try (WebSocketClient client = WebSocketClient.connect(server.exec(ServerOnHost.ALL, "sort"), V5)) {
                client.send(STDIN, "b\n");
                client.send(STDIN, "a\n");
                client.send(HALF_CLOSE, new byte[] {STDIN});
                assertThat(client.readUntil(STDOUT, "b\n")).isEqualTo("a\nb\n");
                assertThat(client.readUntil(ERROR, "}")).isEqualTo(SUCCESS);
                assertThat(client.awaitClose()).isEqualTo(1000);
            }
        }

        @Test
        void of_an_older_version_takes_255_for_a_channel_nobody_knows()
                throws InterruptedException, ExecutionException {
            try (WebSocketClient client = WebSocketClient.connect(server.exec(ServerOnHost.ALL, "head", "-n1"), V4)) {
                client.send(HALF_CLOSE, new byte[] {STDIN});
                client.send(STDIN, "line\n");
                assertThat(client.readUntil(STDOUT, "\n")).isEqualTo("line\n");
                assertThat(client.awaitClose()).isEqualTo(1000);
            }
        }

        @Test
        void tells_its_exit_code() throws InterruptedException, ExecutionException {
            String url = server.exec(ServerOnHost.OUTPUTS, "sh", "-c", "exit 42");
            try (WebSocketClient client = WebSocketClient.connect(url, V4)) {
                assertThat(client.readUntil(ERROR, "}"))
                        .contains("NonZeroExitCode")
                        .contains("\"message\":\"42\"");
            }
        }

        @Test
        void of_a_client_that_names_no_protocol_tells_a_failure_in_a_sentence()
                throws InterruptedException, ExecutionException {
            String url = server.exec(ServerOnHost.OUTPUTS, "sh", "-c", "exit 42");
            try (WebSocketClient client = WebSocketClient.connect(url)) {
                assertThat(client.readUntil(ERROR, "42"))
                        .contains("exit code: 42")
                        .doesNotContain("{");
            }
        }

        @Test
        void takes_messages_in_parts_and_answers_pings() throws InterruptedException, ExecutionException {
            try (WebSocketClient client = WebSocketClient.connect(server.exec(ServerOnHost.ALL, "cat"), V5)) {
                client.sendPart(new byte[0], false);
                client.sendPart(new byte[] {STDIN, 'h', 'e'}, false);
                assertThat(client.ping("there?")).asString().isEqualTo("there?");
                client.sendPart("llo\n".getBytes(StandardCharsets.UTF_8), true);
                assertThat(client.readUntil(STDOUT, "\n")).isEqualTo("hello\n");
            }
        }

        @Test
        void takes_one_message_of_any_size() throws InterruptedException, ExecutionException {
            byte[] much = new byte[20_000_000];
            try (WebSocketClient client = WebSocketClient.connect(server.exec(ServerOnHost.ALL, "wc", "-c"), V5)) {
                client.send(STDIN, much);
                client.send(HALF_CLOSE, new byte[] {STDIN});
                assertThat(client.readUntil(STDOUT, "\n")).isEqualTo("20000000\n");
            }
        }

        @Test
        void speaks_Base64_with_those_who_want_it() throws InterruptedException, ExecutionException {
            String url = server.exec(ServerOnHost.ALL, "head", "-n1");
            try (WebSocketClient client = WebSocketClient.connect(url, "v4.base64.channel.k8s.io")) {
                assertThat(client.next()).isEqualTo("1");
                client.sendText("0" + encoded("hello\n"));
                assertThat(client.next()).isEqualTo("1" + encoded("hello\n"));
                assertThat(client.next()).isEqualTo("3" + encoded(SUCCESS));
            }
        }

        @Test
        void in_a_terminal_is_resized() throws InterruptedException, ExecutionException {
            try (WebSocketClient client = WebSocketClient.connect(server.exec(ServerOnHost.TERMINAL, "sizes"), V5)) {
                client.send(RESIZE, "{\"Width\":80,\"Height\":24}");
                assertThat(client.readUntil(STDOUT, "\n")).isEqualTo("80x24\n");
                client.send(RESIZE, "{\"Width\":132,\"Height\":50}");
                assertThat(client.readUntil(STDOUT, "\n")).isEqualTo("132x50\n");
                client.send(HALF_CLOSE, new byte[] {STDIN});
                assertThat(client.awaitClose()).isEqualTo(1000);
            }
        }
    }

    @Test
    void a_client_that_leaves_takes_the_process_with_it() {
        try (WebSocketClient _ = WebSocketClient.connect(server.exec(ServerOnHost.ALL, "sleep", "1000"), V5)) {
            await().until(() -> server.host().alive().size() == 1);
        }
        await().until(() -> server.host().alive().isEmpty());
    }

    @Test
    void a_client_that_breaks_the_rules_is_told_so() throws InterruptedException, ExecutionException {
        try (WebSocketClient client = WebSocketClient.connect(server.exec(ServerOnHost.ALL, "cat"), V5)) {
            client.send(HALF_CLOSE, new byte[] {77});
            assertThat(client.awaitClose()).isEqualTo(1002);
        }
    }

    @Nested
    class A_port_forward {
        @Test
        void has_two_channels_for_each_port_and_names_it_first()
                throws IOException, InterruptedException, ExecutionException {
            try (EchoPort first = new EchoPort();
                    EchoPort second = new EchoPort();
                    WebSocketClient client =
                            WebSocketClient.connect(server.forward(first.number(), second.number()), V4)) {
                client.send(0, "one.");
                client.send(2, "two.");
                assertThat(client.readUntil(0, "one.")).hasSize(2 + 4).endsWith("one.");
                assertThat(client.readUntil(2, "two.")).endsWith("two.");
            }
        }

        @Test
        void takes_its_ports_from_the_URL_if_the_RPC_named_none()
                throws IOException, InterruptedException, ExecutionException {
            try (EchoPort echo = new EchoPort()) {
                String url = server.forward() + "?port=" + echo.number();
                try (WebSocketClient client = WebSocketClient.connect(url, V4)) {
                    assertThat(client.next()).isIn("\u0000", name(0, echo.number()), name(1, echo.number()));
                    client.send(0, "hello");
                    assertThat(client.readUntil(0, "hello")).endsWith("hello");
                }
            }
        }

        @Test
        void that_cannot_connect_says_so_on_its_error_channel()
                throws IOException, InterruptedException, ExecutionException {
            EchoPort echo = new EchoPort();
            echo.close();
            try (WebSocketClient client = WebSocketClient.connect(server.forward(echo.number()), V4)) {
                assertThat(client.readUntil(1, "refused")).contains("port " + echo.number());
                assertThat(client.awaitClose()).isEqualTo(1000);
            }
        }

        @Test
        void without_ports_is_refused() throws IOException {
            RawHttp http = RawHttp.request(
                    "GET",
                    server.forward() + "?port=0",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
            assertThat(http.status()).isEqualTo(400);
            assertThat(http.body()).contains("port");
        }
    }

    private static String name(int channel, int port) {
        return new String(new char[] {(char) channel, (char) (port & 0xFF), (char) (port >> 8)});
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
