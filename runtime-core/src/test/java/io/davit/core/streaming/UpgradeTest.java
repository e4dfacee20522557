package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class UpgradeTest {
    private static final String V4 = "v4.channel.k8s.io";
    private static final String[] WEB_SOCKET = {
        "Connection: keep-alive, Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    };

    private final ServerOnHost server = new ServerOnHost();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void a_URL_leads_to_loopback_and_tells_nothing_but_its_kind() {
        assertThat(server.exec(ServerOnHost.OUTPUTS, "secret-command"))
                .matches("http://127\\.0\\.0\\.1:[0-9]+/exec/[A-Za-z0-9_-]{22}");
        assertThat(server.attach(ServerOnHost.OUTPUTS)).contains("/attach/");
        assertThat(server.forward(80)).contains("/portforward/");
    }

    @Test
    void a_target_that_cannot_be_served_gets_no_URL() {
        assertThatThrownBy(() -> url(HostStreams.STOPPED))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.Refused.class));
        assertThatThrownBy(() -> url(new ContainerId("e".repeat(64))))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.Absent.class));
    }

    @Test
    void a_URL_is_good_for_one_connection() throws IOException {
        String url = server.exec(ServerOnHost.OUTPUTS, "true");
        assertThat(RawHttp.spdy(url, V4).status()).isEqualTo(101);
        RawHttp again = RawHttp.spdy(url, V4);
        assertThat(again.status()).isEqualTo(404);
        assertThat(again.body()).contains("good for one connection");
    }

    @Test
    void an_URL_of_another_kind_or_shape_is_not_found() throws IOException {
        String url = server.exec(ServerOnHost.OUTPUTS, "true");
        assertThat(RawHttp.spdy(url.replace("/exec/", "/attach/"), V4).status()).isEqualTo(404);
        String other = server.exec(ServerOnHost.OUTPUTS, "true");
        assertThat(RawHttp.spdy(other + "/more", V4).status()).isEqualTo(404);
        assertThat(RawHttp.spdy(other.replaceAll("/exec/.*", "/"), V4).status()).isEqualTo(404);
        assertThat(RawHttp.spdy(other, V4).status()).isEqualTo(101);
    }

    @Test
    void a_request_without_an_upgrade_is_refused() throws IOException {
        RawHttp plain = RawHttp.request("GET", server.exec(ServerOnHost.OUTPUTS, "true"));
        assertThat(plain.status()).isEqualTo(400);
        assertThat(plain.body()).contains("SPDY/3.1");
        RawHttp other = RawHttp.request(
                "GET", server.exec(ServerOnHost.OUTPUTS, "true"), "Connection: Upgrade", "Upgrade: h2c");
        assertThat(other.status()).isEqualTo(400);
    }

    @Test
    void only_GET_and_POST_are_served() throws IOException {
        RawHttp put = RawHttp.request(
                "PUT", server.exec(ServerOnHost.OUTPUTS, "true"), "Connection: Upgrade", "Upgrade: SPDY/3.1");
        assertThat(put.status()).isEqualTo(405);
        assertThat(put.header("Allow")).isEqualTo("GET, POST");
    }

    @Test
    void a_body_cannot_be_upgraded() throws IOException {
        RawHttp post = RawHttp.request(
                "POST",
                server.exec(ServerOnHost.OUTPUTS, "true"),
                "Connection: Upgrade",
                "Upgrade: SPDY/3.1",
                "X-Stream-Protocol-Version: " + V4,
                "Content-Length: 1",
                "",
                "x");
        assertThat(post.status()).isEqualTo(400);
    }

    @Test
    void the_first_version_of_the_client_that_is_served_is_taken() throws IOException {
        RawHttp http =
                RawHttp.spdy(server.exec(ServerOnHost.OUTPUTS, "true"), "v9.channel.k8s.io", "v3.channel.k8s.io", V4);
        assertThat(http.status()).isEqualTo(101);
        assertThat(http.header("X-Stream-Protocol-Version")).isEqualTo("v3.channel.k8s.io");
        assertThat(http.header("Upgrade")).isEqualTo("SPDY/3.1");
        assertThat(http.header("Connection")).isEqualToIgnoringCase("Upgrade");
    }

    @Test
    void a_client_without_a_version_we_know_learns_which_there_are() throws IOException {
        RawHttp none = RawHttp.spdy(server.exec(ServerOnHost.OUTPUTS, "true"));
        assertThat(none.status()).isEqualTo(400);
        RawHttp unknown = RawHttp.spdy(server.exec(ServerOnHost.OUTPUTS, "true"), "v9.channel.k8s.io");
        assertThat(unknown.status()).isEqualTo(403);
        assertThat(unknown.head()).contains("v4.channel.k8s.io").contains("channel.k8s.io");
        RawHttp forward = RawHttp.spdy(server.forward(), V4);
        assertThat(forward.status()).isEqualTo(403);
        assertThat(forward.header("X-Accepted-Stream-Protocol-Versions")).isEqualTo("portforward.k8s.io");
    }

    @Test
    void a_WebSocket_is_accepted_as_the_standard_has_it() throws IOException {
        RawHttp http = RawHttp.request("GET", server.exec(ServerOnHost.OUTPUTS, "true"), WEB_SOCKET);
        assertThat(http.status()).isEqualTo(101);
        assertThat(http.header("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); // RFC 6455, 1.3
        assertThat(http.header("Sec-WebSocket-Protocol")).isEmpty();
    }

    @Test
    void a_WebSocket_of_another_version_or_protocol_is_refused() throws IOException {
        RawHttp old = RawHttp.request(
                "GET",
                server.exec(ServerOnHost.OUTPUTS, "true"),
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 8");
        assertThat(old.status()).isEqualTo(426);
        assertThat(old.header("Sec-WebSocket-Version")).isEqualTo("13");
        String[] unknown = List.of(WEB_SOCKET).toArray(new String[5]);
        unknown[4] = "Sec-WebSocket-Protocol: chat, superchat";
        assertThat(RawHttp.request("GET", server.exec(ServerOnHost.OUTPUTS, "true"), unknown)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void one_connection_too_many_is_told_to_come_back() throws IOException {
        StreamingSettings settings = ServerOnHost.settings(Duration.ZERO, Duration.ofSeconds(30), 1);
        try (ServerOnHost small = new ServerOnHost(settings)) {
            RawHttp first = RawHttp.spdy(small.exec(ServerOnHost.ALL, "cat"), V4);
            assertThat(first.status()).isEqualTo(101);
            RawHttp second = RawHttp.spdy(small.exec(ServerOnHost.ALL, "cat"), V4);
            assertThat(second.status()).isEqualTo(429);
            assertThat(second.header("Retry-After")).isEqualTo("1");
        }
    }

    @Test
    void plain_HTTP_is_served_on_loopback_only() {
        Path none = Path.of("");
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(
                        () -> new StreamingSettings("0.0.0.0", 0, Duration.ZERO, second, second, 10, none, none, none))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("clear text");
    }

    private String url(ContainerId id) {
        return server.server().urlFor(new StreamRequest.Attach(id, ServerOnHost.OUTPUTS));
    }
}
