package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.davit.core.streaming.SpdyClient.Stream;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class SpdyPortForwardTest {
    private static final String PROTOCOL = "portforward.k8s.io";

    private final ServerOnHost server = new ServerOnHost();
    private final EchoPort echo = new EchoPort();

    SpdyPortForwardTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        server.close();
        echo.close();
    }

    @Test
    void a_pair_of_streams_is_a_connection() throws IOException, InterruptedException {
        try (SpdyClient client = SpdyClient.connect(server.forward(), PROTOCOL)) {
            Connection connection = new Connection(client, "0", echo.number());
            connection.data.write("hello");
            assertThat(connection.data.readUntil("hello")).isEqualTo("hello");
            connection.data.finish();
            assertThat(connection.data.readAll()).isEmpty();
            assertThat(connection.error.readAll()).isEmpty();
            await().until(() -> echo.open() == 0);
        }
    }

    @Test
    void connections_of_one_client_live_side_by_side() throws IOException, InterruptedException {
        try (SpdyClient client = SpdyClient.connect(server.forward(), PROTOCOL)) {
            List<Connection> connections = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                connections.add(new Connection(client, Integer.toString(i), echo.number()));
            }
            for (int i = 0; i < 50; i++) {
                connections.get(i).data.write("number " + i + ".");
            }
            for (int i = 49; i >= 0; i--) {
                assertThat(connections.get(i).data.readUntil(".")).isEqualTo("number " + i + ".");
            }
        }
        await().until(() -> echo.open() == 0);
    }

    @Test
    void a_connection_that_fails_tells_why_and_harms_no_other() throws IOException, InterruptedException {
        int closed = closedPort();
        try (SpdyClient client = SpdyClient.connect(server.forward(), PROTOCOL)) {
            Connection good = new Connection(client, "0", echo.number());
            Connection bad = new Connection(client, "1", closed);
            assertThat(bad.error.readAll()).contains("port " + closed).contains("refused");
            assertThat(bad.data.readAll()).isEmpty();
            good.data.write("still here");
            assertThat(good.data.readUntil("here")).isEqualTo("still here");
        }
    }

    @Test
    void streams_without_a_request_id_are_paired_in_the_order_of_old_clients()
            throws IOException, InterruptedException {
        String port = Integer.toString(echo.number());
        try (SpdyClient client = SpdyClient.connect(server.forward(), PROTOCOL)) {
            client.open(Map.of("streamtype", "error", "port", port)).awaitReply();
            Stream first = client.open(Map.of("streamtype", "data", "port", port));
            client.open(Map.of("streamtype", "error", "port", port)).awaitReply();
            Stream second = client.open(Map.of("streamtype", "data", "port", port));
            second.write("two");
            first.write("one");
            assertThat(first.readUntil("one")).isEqualTo("one");
            assertThat(second.readUntil("two")).isEqualTo("two");
        }
    }

    @Test
    void the_data_stream_may_come_first() throws IOException, InterruptedException {
        Map<String, String> headers = Map.of("port", Integer.toString(echo.number()), "requestid", "7");
        try (SpdyClient client = SpdyClient.connect(server.forward(), PROTOCOL)) {
            Stream data = client.open(with(headers, "data"));
            data.write("early");
            client.open(with(headers, "error"));
            assertThat(data.readUntil("early")).isEqualTo("early");
        }
    }

    @Test
    void a_stream_without_a_proper_port_or_type_is_refused() throws IOException {
        try (SpdyClient client = SpdyClient.connect(server.forward(), PROTOCOL)) {
            for (String port : List.of("0", "65536", "-1", "http", "")) {
                assertThatThrownBy(() -> client.open(Map.of("streamtype", "data", "port", port, "requestid", "1"))
                                .read())
                        .hasMessageContaining("reset");
            }
            assertThatThrownBy(() -> client.open(Map.of("streamtype", "data", "requestid", "1"))
                            .read())
                    .hasMessageContaining("reset");
            assertThatThrownBy(() -> client.open(Map.of("streamtype", "stdin", "port", "80", "requestid", "1"))
                            .read())
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void a_stream_of_the_same_kind_for_the_same_request_is_refused() throws IOException, InterruptedException {
        Map<String, String> headers = Map.of("port", "80", "requestid", "1");
        try (SpdyClient client = SpdyClient.connect(server.forward(), PROTOCOL)) {
            client.open(with(headers, "error")).awaitReply();
            assertThatThrownBy(() -> client.open(with(headers, "error")).read()).hasMessageContaining("reset");
        }
    }

    @Test
    void a_client_may_open_only_so_many_streams() throws IOException, InterruptedException {
        try (SpdyClient client = SpdyClient.connect(server.forward(), PROTOCOL)) {
            for (int i = 0; i < 4096; i++) {
                client.open(Map.of("streamtype", "error", "port", "80", "requestid", Integer.toString(i)));
            }
            assertThatThrownBy(() -> client.open(Map.of("streamtype", "error", "port", "80", "requestid", "more"))
                            .read())
                    .hasMessageContaining("reset");
            assertThat(client.ping(1)).isEqualTo(1);
        }
    }

    @Test
    void half_a_pair_is_given_up() throws IOException, InterruptedException {
        StreamingSettings settings = ServerOnHost.settings(Duration.ZERO, Duration.ofMillis(200), 10);
        try (ServerOnHost hasty = new ServerOnHost(settings);
                SpdyClient client = SpdyClient.connect(hasty.forward(), PROTOCOL)) {
            Stream error = client.open(Map.of("streamtype", "error", "port", "80", "requestid", "1"));
            assertThat(error.readAll()).isEmpty();
            assertThat(client.ping(1)).isEqualTo(1);
        }
    }

    @Test
    void a_reset_closes_the_connection_behind_it() throws IOException, InterruptedException {
        try (SpdyClient client = SpdyClient.connect(server.forward(), PROTOCOL)) {
            Connection connection = new Connection(client, "0", echo.number());
            connection.data.write("hello");
            assertThat(connection.data.readUntil("hello")).isEqualTo("hello");
            assertThat(echo.open()).isEqualTo(1);
            connection.data.reset();
            await().until(() -> echo.open() == 0);
            assertThat(client.ping(1)).isEqualTo(1);
        }
    }

    @Test
    void a_client_that_leaves_closes_its_connections() throws IOException, InterruptedException {
        try (SpdyClient client = SpdyClient.connect(server.forward(), PROTOCOL)) {
            for (int i = 0; i < 10; i++) {
                Connection connection = new Connection(client, Integer.toString(i), echo.number());
                connection.data.write("hello");
                assertThat(connection.data.readUntil("hello")).isEqualTo("hello");
            }
            assertThat(echo.open()).isEqualTo(10);
        }
        await().until(() -> echo.open() == 0);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Map<String, String> with(Map<String, String> headers, String type) {
        return Map.of("streamtype", type, "port", headers.get("port"), "requestid", headers.get("requestid"));
    }

    /** Opened as the Go client does: the error stream first and closed at once. */
    private static final class Connection {
        private final Stream error;
        private final Stream data;

        Connection(SpdyClient client, String id, int port) throws IOException, InterruptedException {
            Map<String, String> headers = Map.of("port", Integer.toString(port), "requestid", id);
            error = client.open(with(headers, "error"));
            error.awaitReply();
            error.finish();
            data = client.open(with(headers, "data"));
            data.awaitReply();
        }
    }
}
