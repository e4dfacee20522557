package io.davit.backend.oci.registry;

import static io.davit.backend.oci.registry.RegistryFixture.USER;
import static io.davit.backend.oci.registry.RegistryFixture.blobPath;
import static io.davit.backend.oci.registry.RegistryFixture.noise;
import static io.davit.backend.oci.registry.ScriptedServer.challenge;
import static io.davit.backend.oci.registry.ScriptedServer.redirect;
import static io.davit.backend.oci.registry.ScriptedServer.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.content.ImageSource;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RegistryClientSpec {
    private static final String TAG = "/v2/team/app/manifests/1";

    private final byte[] manifest = "{\"schemaVersion\":2}".getBytes(UTF_8);
    private final byte[] blob = noise(300_000);
    private final Digest blobDigest = DigestFunction.sha256(blob);

    @TempDir
    Path directory;

    private ScriptedServer server;
    private RegistryFixture fixture;

    @BeforeEach
    void start() throws IOException {
        server = ScriptedServer.start();
        fixture = new RegistryFixture(directory, Map.of());
    }

    @AfterEach
    void stop() {
        fixture.close();
        server.close();
    }

    private RegistryClient client() {
        return fixture.client(server.host());
    }

    private Fault thrownByTag(RegistryClient client) {
        return catchFault(() -> client.manifest("1"));
    }

    private static Fault catchFault(Runnable call) {
        try {
            call.run();
        } catch (Fault e) {
            return e;
        }
        throw new AssertionError("no fault");
    }

    @Nested
    class A_manifest {
        @Test
        void comes_by_tag_with_its_digest() {
            server.on(TAG, manifest);

            ImageSource.FetchedManifest fetched = client().manifest("1");

            assertThat(fetched.digest()).isEqualTo(DigestFunction.sha256(manifest));
            assertThat(fetched.body()).isEqualTo(manifest);
        }

        @Test
        void is_refused_if_it_does_not_have_the_digest_asked_for() {
            server.on("/v2/team/app/manifests/" + blobDigest, manifest);

            assertThatThrownBy(() -> client().manifest(blobDigest))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining(blobDigest.toString())
                    .hasMessageContaining(DigestFunction.sha256(manifest).toString());
        }

        @Test
        void that_would_fill_the_memory_is_refused_without_another_try() {
            server.on(TAG, new byte[ManifestEndpoint.MANIFEST_BYTES_MAX + 1]);

            assertThat(thrownByTag(client()).kind()).isInstanceOf(Fault.Kind.Failed.class);
            assertThat(server.requests()).hasSize(1);
        }

        @Test
        void that_is_not_there_is_absent_and_the_registrys_words_are_told() {
            server.on(
                    TAG,
                    (exchange, _) -> send(
                            exchange,
                            404,
                            "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"no\\nsuch tag\"}]}"));

            Fault fault = thrownByTag(client());

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.Absent.class);
            assertThat(fault)
                    .hasMessageContaining("MANIFEST_UNKNOWN: no such tag")
                    .hasMessageContaining(server.host());
        }

        @Test
        void has_its_digest_told_by_a_head_request_if_the_registry_knows_how() {
            server.on(TAG, (exchange, _) -> {
                exchange.getResponseHeaders().set("Docker-Content-Digest", blobDigest.toString());
                send(exchange, 200, manifest);
            });

            assertThat(client().digestOf("1")).contains(blobDigest);
            assertThat(client().digestOf("2")).isEmpty();
        }
    }

    @Nested
    class A_blob {
        @Test
        void comes_whole_to_the_disk() {
            server.on(blobPath(blob), blob);

            fixture.fetch(client(), blobDigest, blob.length);

            assertThat(fixture.blobs().file(blobDigest)).hasBinaryContent(blob);
            assertThat(directory.resolve("partial")).isEmptyDirectory();
        }

        /** Sends at most {@code count} bytes from where the client asks on, and breaks the connection. */
        private void sendPart(HttpExchange exchange, int count) throws IOException {
            int from = rangeStart(exchange);
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-299999/300000");
            exchange.sendResponseHeaders(from == 0 ? 200 : 206, blob.length - from);
            exchange.getResponseBody().write(blob, from, Math.min(count, blob.length - from));
        }

        private static int rangeStart(HttpExchange exchange) {
            String range = exchange.getRequestHeaders().getFirst("Range");
            return range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        }

        @Test
        void goes_on_where_the_connection_broke() {
            server.on(blobPath(blob), (exchange, attempt) -> sendPart(exchange, attempt == 1 ? 100_000 : blob.length));

            fixture.fetch(client(), blobDigest, blob.length);

            assertThat(fixture.blobs().file(blobDigest)).hasBinaryContent(blob);
            assertThat(server.requests()).hasSize(2);
            assertThat(server.requests().getLast().range()).matches("bytes=[1-9]\\d*-");
        }

        @Test
        void goes_on_although_the_registry_knows_no_ranges() {
            server.on(blobPath(blob), (exchange, attempt) -> {
                exchange.sendResponseHeaders(200, blob.length);
                exchange.getResponseBody().write(blob, 0, attempt == 1 ? 100_000 : blob.length);
            });

            fixture.fetch(client(), blobDigest, blob.length);

            assertThat(fixture.blobs().file(blobDigest)).hasBinaryContent(blob);
        }

        @Test
        void goes_on_in_another_process() throws IOException {
            Files.createDirectories(directory.resolve("partial"));
            Files.write(directory.resolve("partial/sha256-" + blobDigest.hex()), Arrays.copyOf(blob, 200_000));
            server.on(blobPath(blob), (exchange, _) -> {
                exchange.getResponseHeaders().set("Content-Range", "bytes 200000-299999/300000");
                send(exchange, 206, Arrays.copyOfRange(blob, 200_000, 300_000));
            });

            fixture.fetch(client(), blobDigest, blob.length);

            assertThat(fixture.blobs().file(blobDigest)).hasBinaryContent(blob);
            assertThat(server.requests().getFirst().range()).isEqualTo("bytes=200000-");
        }

        @Test
        void may_break_more_often_than_there_are_attempts_while_it_gets_on() {
            server.on(blobPath(blob), (exchange, _) -> sendPart(exchange, 30_000));

            fixture.fetch(client(), blobDigest, blob.length);

            assertThat(server.requests()).hasSizeGreaterThanOrEqualTo(10);
        }

        @Test
        void with_another_digest_leaves_nothing() {
            byte[] wrong = blob.clone();
            wrong[1000] ^= 1;
            server.on(blobPath(blob), wrong);

            assertThatThrownBy(() -> fixture.fetch(client(), blobDigest, blob.length))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("digest");
            assertThat(fixture.blobs().has(blobDigest)).isFalse();
            assertThat(directory.resolve("partial")).isEmptyDirectory();
        }

        @Test
        void that_is_longer_than_announced_leaves_nothing() {
            server.on(blobPath(blob), blob);

            assertThatThrownBy(() -> fixture.fetch(client(), blobDigest, blob.length - 1))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("more than");
            assertThat(directory.resolve("partial")).isEmptyDirectory();
        }

        @Test
        void that_stops_moving_is_asked_for_again() {
            server.on(blobPath(blob), (exchange, attempt) -> {
                if (attempt > 1) {
                    send(exchange, 200, blob);
                    return;
                }
                exchange.sendResponseHeaders(200, blob.length);
                exchange.getResponseBody().write(blob, 0, 1000);
                exchange.getResponseBody().flush();
                Thread.sleep(60_000);
            });

            fixture.fetch(client(), blobDigest, blob.length);

            assertThat(fixture.blobs().file(blobDigest)).hasBinaryContent(blob);
        }
    }

    @Nested
    class A_registry_that_fails {
        @ParameterizedTest
        @ValueSource(ints = {429, 500, 502, 503, 504})
        void for_a_moment_is_asked_again(int status) {
            server.on(TAG, (exchange, attempt) -> {
                if (attempt < 3) send(exchange, status, "try later");
                else send(exchange, 200, manifest);
            });

            assertThat(client().manifest("1").body()).isEqualTo(manifest);
        }

        @ParameterizedTest
        @ValueSource(ints = {429, 500, 503})
        void for_long_is_unavailable_in_the_words_of_the_kubelet(int status) {
            server.on(TAG, (exchange, _) -> send(exchange, status, ""));

            Fault fault = thrownByTag(client());

            assertThat(fault.kind())
                    .isInstanceOfSatisfying(
                            Fault.Kind.KubeletReason.class,
                            known -> assertThat(known.reason()).isEqualTo(Fault.Reason.REGISTRY_UNAVAILABLE));
            assertThat(fault)
                    .hasMessageStartingWith("RegistryUnavailable: " + server.host() + ": HTTP " + status)
                    .hasMessageContaining("3 attempts");
            assertThat(server.requests()).hasSize(3);
        }

        @Test
        void to_answer_at_all_is_unavailable() {
            String host = server.host();
            server.close();

            assertThat(thrownByTag(fixture.client(host)))
                    .hasMessageStartingWith("RegistryUnavailable: " + host + ": connection refused");
        }

        @Test
        void to_have_an_address_is_unavailable() {
            assertThat(thrownByTag(fixture.client("registry.invalid")))
                    .hasMessageContaining("RegistryUnavailable: registry.invalid")
                    .hasMessageContaining("cannot be resolved");
        }

        @Test
        void to_speak_TLS_is_unavailable_and_the_setting_is_named() throws IOException {
            try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                Thread.ofVirtual().start(() -> answerInPlainText(plain));
                String host = "127.0.0.1:" + plain.getLocalPort();
                Path authorities = Path.of("/etc/ssl/certs/ca-certificates.crt");
                RegistrySettings tls =
                        new RegistrySettings(false, List.of(), authorities, RegistryFixture.NONE, RegistryFixture.NONE);
                try (RegistryFixture strict = new RegistryFixture(directory.resolve("tls"), Map.of(host, tls))) {
                    assertThat(thrownByTag(strict.client(host)))
                            .hasMessageStartingWith("RegistryUnavailable: " + host + ": TLS")
                            .hasMessageContaining("plain-http = true in [oci.registry.\"" + host + "\"]");
                }
            }
        }

        private void answerInPlainText(ServerSocket server) {
            try {
                while (true) {
                    try (Socket socket = server.accept()) {
                        socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
                    }
                }
            } catch (IOException _) {
                // The test has ended.
            }
        }

        @Test
        void with_a_stranger_answer_is_told_by_its_status() {
            server.on(TAG, (exchange, _) -> send(exchange, 418, "teapot"));

            assertThat(thrownByTag(client()).kind()).isInstanceOf(Fault.Kind.Failed.class);
            assertThat(thrownByTag(client())).hasMessageContaining("HTTP 418").hasMessageContaining(server.host());
        }
    }

    @Nested
    class A_redirect {
        @Test
        void is_followed_without_the_credentials() throws IOException {
            try (ScriptedServer storage = ScriptedServer.start()) {
                storage.on("/store/1", blob);
                server.on(blobPath(blob), (exchange, _) -> {
                    if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
                        challenge(exchange, "Basic realm=\"r\"");
                    } else {
                        redirect(exchange, "http://" + storage.host() + "/store/1?signature=x");
                    }
                });

                fixture.fetch(fixture.client(server.host(), USER), blobDigest, blob.length);

                assertThat(server.requests())
                        .extracting(ScriptedServer.Request::authorization)
                        .last()
                        .asString()
                        .startsWith("Basic ");
                assertThat(storage.requests()).singleElement().satisfies(request -> {
                    assertThat(request.authorization()).isEmpty();
                    assertThat(request.query()).isEqualTo("signature=x");
                });
            }
        }

        @Test
        void in_a_circle_ends() {
            server.on(TAG, (exchange, _) -> redirect(exchange, TAG));

            assertThat(thrownByTag(client())).hasMessageContaining("redirects");
        }

        @ParameterizedTest
        @ValueSource(strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "http:///x"})
        void to_something_else_than_a_web_server_is_refused(String location) {
            server.on(TAG, (exchange, _) -> redirect(exchange, location));

            assertThat(thrownByTag(client())).hasMessageContaining("redirects to");
        }
    }

    @Test
    void an_interrupt_ends_a_download_and_keeps_what_is_there() throws Exception {
        server.on(blobPath(blob), (exchange, _) -> {
            exchange.sendResponseHeaders(200, blob.length);
            exchange.getResponseBody().write(blob, 0, 1000);
            exchange.getResponseBody().flush();
            Thread.sleep(60_000);
        });
        var thrown = new CompletableFuture<Fault>();
        Thread fetch = Thread.ofVirtual()
                .start(() -> thrown.complete(catchFault(() -> fixture.fetch(client(), blobDigest, blob.length))));
        Path partial = directory.resolve("partial/sha256-" + blobDigest.hex());
        Awaitility.await().until(() -> Files.exists(partial) && Files.size(partial) == 1000);

        fetch.interrupt();

        assertThat(thrown.get().kind()).isInstanceOf(Fault.Kind.Cancelled.class);
        assertThat(partial).hasBinaryContent(Arrays.copyOf(blob, 1000));
    }
}
