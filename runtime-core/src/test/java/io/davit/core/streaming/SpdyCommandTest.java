package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.davit.core.streaming.SpdyClient.Stream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class SpdyCommandTest {
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
        void has_its_outputs_apart_and_its_status_after_them() throws IOException, InterruptedException {
            String url = server.exec(ServerOnHost.OUTPUTS, "sh", "-c", "echo out; echo err >&2");
            try (SpdyClient client = SpdyClient.connect(url, V4)) {
                Stream error = client.open("error");
                Stream stdout = client.open("stdout");
                Stream stderr = client.open("stderr");
                assertThat(stdout.readAll()).isEqualTo("out\n");
                assertThat(stderr.readAll()).isEqualTo("err\n");
                assertThat(error.readAll()).isEqualTo(SUCCESS);
                client.awaitGoAway();
                client.awaitEnd();
            }
        }

        @Test
        void tells_its_exit_code() throws IOException, InterruptedException {
            try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.OUTPUTS, "sh", "-c", "exit 42"), V4)) {
                Stream error = client.open("error");
                client.open("stdout");
                client.open("stderr");
                assertThat(error.readAll()).contains("NonZeroExitCode").contains("\"message\":\"42\"");
            }
        }

        @Test
        void that_cannot_be_started_tells_why() throws IOException, InterruptedException {
            try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.OUTPUTS, "/no/such"), V4)) {
                Stream error = client.open("error");
                client.open("stdout");
                client.open("stderr");
                assertThat(error.readAll()).contains("InternalError").contains("/no/such");
            }
        }

        @Test
        void reads_its_input_to_the_half_close() throws IOException, InterruptedException {
            try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.ALL, "sort"), V4)) {
                Stream error = client.open("error");
                Stream stdin = client.open("stdin");
                Stream stdout = client.open("stdout");
                client.open("stderr");
                stdin.awaitReply();
                stdin.write("b\n");
                stdin.write("a\n");
                stdin.finish();
                assertThat(stdout.readAll()).isEqualTo("a\nb\n");
                assertThat(error.readAll()).isEqualTo(SUCCESS);
            }
        }

        @Test
        void that_ends_before_its_input_does_still_tells_all() throws IOException, InterruptedException {
            try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.ALL, "head", "-c", "10"), V4)) {
                Stream error = client.open("error");
                Stream stdin = client.open("stdin");
                Stream stdout = client.open("stdout");
                client.open("stderr");
                var _ = writeForEver(stdin);
                assertThat(stdout.readAll()).hasSize(10);
                assertThat(error.readAll()).isEqualTo(SUCCESS);
                client.awaitGoAway();
            }
        }

        @Test
        void carries_much_in_both_directions_unchanged()
                throws IOException, InterruptedException, NoSuchAlgorithmException {
            MessageDigest sent = MessageDigest.getInstance("SHA-256");
            MessageDigest received = MessageDigest.getInstance("SHA-256");
            try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.ALL, "cat"), V4)) {
                Stream error = client.open("error");
                Stream stdin = client.open("stdin");
                Stream stdout = client.open("stdout");
                client.open("stderr");
                Thread.ofVirtual().start(() -> writeMuch(stdin, sent));
                for (byte[] bytes = stdout.read(); bytes.length > 0; bytes = stdout.read()) {
                    received.update(bytes);
                }
                assertThat(error.readAll()).isEqualTo(SUCCESS);
            }
            assertThat(received.digest()).isEqualTo(sent.digest());
        }
    }

    @Nested
    class A_client {
        @Test
        void that_leaves_takes_the_process_with_it() throws IOException {
            try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.ALL, "sleep", "1000"), V4)) {
                for (String type : new String[] {"error", "stdin", "stdout", "stderr"}) {
                    client.open(type);
                }
                await().until(() -> server.host().alive().size() == 1);
            }
            await().until(() -> server.host().alive().isEmpty());
        }

        @Test
        void that_leaves_while_nobody_takes_its_input_takes_the_process_with_it() throws IOException {
            try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.ALL, "sleep", "1000"), V4)) {
                client.open("error");
                Stream stdin = client.open("stdin");
                client.open("stdout");
                client.open("stderr");
                AtomicLong written = writeForEver(stdin);
                await().until(() -> server.host().alive().size() == 1);
                awaitStandstill(written);
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> server.host().alive().isEmpty());
        }

        @Test
        void that_does_not_read_stops_the_process_and_nothing_is_lost() throws IOException, InterruptedException {
            int lines = 3_000_000;
            String url = server.exec(ServerOnHost.OUTPUTS, "seq", Integer.toString(lines));
            try (SpdyClient client = SpdyClient.connect(url, V4)) {
                client.stopReading();
                Stream error = client.open("error");
                Stream stdout = client.open("stdout");
                client.open("stderr");
                await().until(() -> server.host().alive().size() == 1);
                await().during(Duration.ofMillis(500))
                        .until(() -> server.host().alive().stream().allMatch(Process::isAlive));
                client.readOn();
                assertThat(stdout.readAll()).hasLineCount(lines).endsWith("\n" + lines + "\n");
                assertThat(error.readAll()).isEqualTo(SUCCESS);
            }
        }

        @Test
        void that_opens_too_few_streams_is_given_up() throws IOException, InterruptedException {
            StreamingSettings settings = ServerOnHost.settings(Duration.ZERO, Duration.ofSeconds(1), 10);
            try (ServerOnHost hasty = new ServerOnHost(settings);
                    SpdyClient client = SpdyClient.connect(hasty.exec(ServerOnHost.OUTPUTS, "true"), V4)) {
                client.open("error");
                client.open("stdout").awaitReply();
                client.awaitEnd();
            }
        }

        @Test
        void that_is_idle_for_too_long_is_cut_off() throws IOException, InterruptedException {
            StreamingSettings settings = ServerOnHost.settings(Duration.ofSeconds(1), Duration.ofSeconds(30), 10);
            try (ServerOnHost impatient = new ServerOnHost(settings);
                    SpdyClient client = SpdyClient.connect(impatient.exec(ServerOnHost.OUTPUTS, "sleep", "1000"), V4)) {
                client.open("error");
                client.open("stdout");
                client.open("stderr");
                client.awaitEnd();
                await().until(() -> impatient.host().alive().isEmpty());
            }
        }

        @Test
        void gets_its_pings_back() throws IOException, InterruptedException {
            try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.OUTPUTS, "true"), V4)) {
                assertThat(client.ping(7)).isEqualTo(7);
            }
        }

        @Test
        void cannot_open_a_stream_nobody_knows_or_the_same_twice() throws IOException, InterruptedException {
            try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.OUTPUTS, "true"), V4)) {
                assertThatThrownBy(() -> client.open("stdfun").read()).hasMessageContaining("reset");
                client.open("error").awaitReply();
                assertThatThrownBy(() -> client.open("error").read()).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void a_terminal_is_resized() throws IOException, InterruptedException {
        try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.TERMINAL, "sizes"), V4)) {
            Stream error = client.open("error");
            Stream stdin = client.open("stdin");
            Stream stdout = client.open("stdout");
            Stream resize = client.open("resize");
            resize.awaitReply();
            resize.write("{\"Width\":80,\"Height\":24}\n");
            assertThat(stdout.readUntil("\n")).isEqualTo("80x24\n");
            resize.write("{\"Width\":132,");
            resize.write("\"Height\":50}\n");
            assertThat(stdout.readUntil("\n")).isEqualTo("132x50\n");
            stdin.finish();
            assertThat(error.readAll()).isEqualTo(SUCCESS);
        }
    }

    @Test
    void attach_ends_with_success() throws IOException, InterruptedException {
        RequestedStreams streams = new RequestedStreams(true, true, false, false);
        try (SpdyClient client = SpdyClient.connect(server.attach(streams), V4)) {
            Stream error = client.open("error");
            Stream stdin = client.open("stdin");
            Stream stdout = client.open("stdout");
            stdin.write("hello");
            assertThat(stdout.readUntil("hello")).isEqualTo("hello");
            stdin.finish();
            assertThat(stdout.readAll()).isEmpty();
            assertThat(error.readAll()).isEqualTo(SUCCESS);
        }
    }

    @Test
    void a_server_that_stops_takes_clients_and_processes_with_it() throws IOException, InterruptedException {
        try (SpdyClient client = SpdyClient.connect(server.exec(ServerOnHost.OUTPUTS, "sleep", "1000"), V4)) {
            client.open("error");
            client.open("stdout");
            client.open("stderr");
            await().until(() -> server.host().alive().size() == 1);
            server.close();
            assertThat(server.host().alive()).isEmpty();
            client.awaitEnd();
        }
    }

    /** Writes until the connection is closed, and counts. */
    private static AtomicLong writeForEver(Stream stdin) {
        AtomicLong written = new AtomicLong();
        byte[] some = new byte[64 * 1024];
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    stdin.write(some);
                    written.addAndGet(some.length);
                }
            } catch (IOException _) { // the end of the test
            }
        });
        return written;
    }

    private static void awaitStandstill(AtomicLong written) {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(300)).until(() -> last.getAndSet(written.get()) == written.get());
    }

    private static void writeMuch(Stream stdin, MessageDigest digest) {
        Random random = new Random(1);
        byte[] bytes = new byte[100_000];
        try {
            for (int i = 0; i < 500; i++) {
                random.nextBytes(bytes);
                digest.update(bytes);
                stdin.write(bytes);
            }
            stdin.finish();
        } catch (IOException e) {
            throw new AssertionError("the server broke off", e);
        }
    }
}
