package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.streaming.SpdyClient.Stream;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions 1 to 3 of the remote command protocol over SPDY. */
@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class OldSpdyVersionsTest {
    private final ServerOnHost server = new ServerOnHost();

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"channel.k8s.io", "v2.channel.k8s.io"})
    void an_old_client_gets_a_sentence_and_needs_no_resize_stream(String version)
            throws IOException, InterruptedException {
        String url = server.exec(new RequestedStreams(false, true, false, true), "sh", "-c", "exit 3");
        try (SpdyClient client = SpdyClient.connect(url, version)) {
            assertThat(client.version()).isEqualTo(version);
            Stream error = client.open("error");
            client.open("stdout");
            assertThat(error.readAll()).contains("exit code: 3").doesNotContain("{");
        }
    }

    @Test
    void a_client_of_version_3_resizes_and_gets_a_sentence() throws IOException, InterruptedException {
        try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.TERMINAL, "sizes"), "v3.channel.k8s.io")) {
            Stream error = client.open("error");
            Stream stdin = client.open("stdin");
            Stream stdout = client.open("stdout");
            client.open("resize").write("{\"Width\":80,\"Height\":24}\n");
            assertThat(stdout.readUntil("\n")).isEqualTo("80x24\n");
            stdin.finish();
            assertThat(error.readAll()).isEmpty();
        }
    }
}
