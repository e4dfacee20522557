package io.davit.backend.oci.registry;

import static io.davit.backend.oci.registry.RegistryFixture.USER;
import static io.davit.backend.oci.registry.RegistryFixture.mirrored;
import static io.davit.backend.oci.registry.ScriptedServer.challenge;
import static io.davit.backend.oci.registry.ScriptedServer.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets to see which credentials. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AuthenticationSpec {
    private static final String TAG = "/v2/team/app/manifests/1";
    private static final String BASIC = "Basic " + Base64.getEncoder().encodeToString("ann:pass word".getBytes(UTF_8));

    private final byte[] manifest = "{}".getBytes(UTF_8);

    @TempDir
    Path directory;

    private ScriptedServer server;
    private ScriptedServer tokens;
    private RegistryFixture fixture;

    @BeforeEach
    void start() throws IOException {
        server = ScriptedServer.start();
        tokens = ScriptedServer.start();
        fixture = new RegistryFixture(directory, Map.of());
    }

    @AfterEach
    void stop() {
        fixture.close();
        server.close();
        tokens.close();
    }

    /** The registry wants a token from the token server and takes none but this. */
    private void wantToken(String token) {
        server.on(TAG, (exchange, _) -> {
            String shown = exchange.getRequestHeaders().getFirst("Authorization");
            if (("Bearer " + token).equals(shown)) send(exchange, 200, manifest);
            else
                challenge(
                        exchange,
                        "Bearer realm=\"http://" + tokens.host()
                                + "/token\",service=\"the registry\",scope=\"repository:team/app:pull\"");
        });
    }

    private void giveToken(String token) {
        tokens.on("/token", (exchange, _) -> send(exchange, 200, "{\"token\":\"" + token + "\"}"));
    }

    private byte[] pull(Credentials credentials) {
        return fixture.client(server.host(), credentials).manifest("1").body();
    }

    @Nested
    class A_token_registry {
        @Test
        void gives_tokens_to_strangers() {
            wantToken("t1");
            giveToken("t1");

            assertThat(pull(new Credentials.Anonymous())).isEqualTo(manifest);

            assertThat(tokens.requests()).singleElement().satisfies(request -> {
                assertThat(request.authorization()).isEmpty();
                assertThat(request.query()).isEqualTo("service=the registry&scope=repository:team/app:pull");
            });
        }

        @Test
        void gives_tokens_for_passwords_and_never_sees_them() {
            wantToken("t1");
            giveToken("t1");

            assertThat(pull(USER)).isEqualTo(manifest);

            assertThat(tokens.requests().getFirst().authorization()).isEqualTo(BASIC);
            assertThat(server.requests())
                    .extracting(ScriptedServer.Request::authorization)
                    .containsExactly("", "Bearer t1");
        }

        @Test
        void gives_tokens_for_identity_tokens() {
            wantToken("t2");
            tokens.on("/token", (exchange, _) -> send(exchange, 200, "{\"access_token\":\"t2\"}"));

            assertThat(pull(new Credentials.IdentityToken(new Secret("refresh me"), "")))
                    .isEqualTo(manifest);

            assertThat(tokens.requests()).singleElement().satisfies(request -> {
                assertThat(request.method()).isEqualTo("POST");
                assertThat(request.query()).isEmpty();
                assertThat(request.body())
                        .contains("grant_type=refresh_token", "refresh_token=refresh%20me", "service=the%20registry");
            });
        }

        @Test
        void takes_a_registry_token_as_it_is() {
            wantToken("given");

            assertThat(pull(new Credentials.RegistryToken(new Secret("given"), "")))
                    .isEqualTo(manifest);
            assertThat(tokens.requests()).isEmpty();
        }

        @Test
        void that_refuses_a_registry_token_is_not_asked_again() {
            wantToken("other");

            assertThatThrownBy(() -> pull(new Credentials.RegistryToken(new Secret("given"), "")))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("HTTP 401")
                    .hasMessageContaining(server.host())
                    .hasMessageNotContaining("given");
            assertThat(server.requests()).hasSize(1);
        }

        @Test
        void whose_token_runs_out_gives_another_one() {
            wantToken("t1");
            giveToken("t1");
            RegistryClient client = fixture.client(server.host(), USER);
            client.manifest("1");
            wantToken("t2");
            giveToken("t2");

            assertThat(client.manifest("1").body()).isEqualTo(manifest);
        }

        @Test
        void whose_tokens_do_not_help_refuses_by_name() {
            wantToken("t1");
            giveToken("useless");

            assertThatThrownBy(() -> pull(USER))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("HTTP 401")
                    .hasMessageContaining("UNAUTHORIZED");
        }

        @Test
        void whose_token_server_refuses_is_told_with_its_status() {
            wantToken("t1");
            tokens.on("/token", (exchange, _) -> send(exchange, 403, "{\"errors\":[{\"code\":\"DENIED\"}]}"));

            assertThatThrownBy(() -> pull(USER))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining(server.host())
                    .hasMessageContaining("HTTP 403: DENIED");
        }

        @Test
        void whose_token_server_stumbles_is_asked_again() {
            wantToken("t1");
            tokens.on("/token", (exchange, attempt) -> {
                if (attempt == 1) send(exchange, 503, "");
                else send(exchange, 200, "{\"token\":\"t1\"}");
            });

            assertThat(pull(USER)).isEqualTo(manifest);
        }

        @Test
        void that_sends_passwords_to_a_file_or_nowhere_is_refused() {
            server.on(TAG, (exchange, _) -> challenge(exchange, "Bearer realm=\"file:///tmp/x\""));

            assertThatThrownBy(() -> pull(USER)).isInstanceOf(Fault.class).hasMessageContaining("token server");
        }
    }

    @Nested
    class A_password_registry {
        @Test
        void gets_the_password_once_it_asks_for_it() {
            server.on(TAG, (exchange, _) -> {
                if (BASIC.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                    send(exchange, 200, manifest);
                } else {
                    challenge(exchange, "Basic realm=\"r\"");
                }
            });

            assertThat(pull(USER)).isEqualTo(manifest);
            assertThat(server.requests())
                    .extracting(ScriptedServer.Request::authorization)
                    .containsExactly("", BASIC);
        }

        @Test
        void refuses_strangers_by_name_and_status() {
            server.on(TAG, (exchange, _) -> challenge(exchange, "Basic realm=\"r\""));

            assertThatThrownBy(() -> pull(new Credentials.Anonymous()))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.Failed.class))
                    .hasMessageContaining(server.host())
                    .hasMessageContaining("HTTP 401");
        }

        @Test
        void that_forbids_is_told_by_name_and_status() {
            server.on(TAG, (exchange, _) -> send(exchange, 403, ""));

            assertThatThrownBy(() -> pull(USER)).isInstanceOf(Fault.class).hasMessageContaining("HTTP 403");
        }
    }

    @Test
    void credentials_of_another_server_are_not_sent() {
        server.on(TAG, (exchange, _) -> challenge(exchange, "Basic realm=\"r\""));

        assertThatThrownBy(
                        () -> pull(new Credentials.UserPassword("ann", new Secret("x"), "https://other.example/v2/")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("HTTP 401");
        assertThat(server.requests())
                .allSatisfy(request -> assertThat(request.authorization()).isEmpty());
    }

    @Test
    void credentials_of_this_server_are_sent_however_it_is_written() {
        server.on(TAG, (exchange, _) -> {
            if (exchange.getRequestHeaders().getFirst("Authorization") == null)
                challenge(exchange, "Basic realm=\"r\"");
            else send(exchange, 200, manifest);
        });

        assertThat(pull(new Credentials.UserPassword("ann", new Secret("x"), "http://" + server.host() + "/v1/")))
                .isEqualTo(manifest);
    }

    @Nested
    class A_mirror {
        private ScriptedServer mirror;
        private RegistryFixture mirrored;

        @BeforeEach
        void startMirror() throws IOException {
            mirror = ScriptedServer.start();
            mirrored = new RegistryFixture(
                    directory.resolve("mirrored"), Map.of(server.host(), mirrored(mirror.host() + "/proxy")));
        }

        @AfterEach
        void stopMirror() {
            mirrored.close();
            mirror.close();
        }

        private byte[] pull() {
            return mirrored.client(server.host(), USER).manifest("1").body();
        }

        @Test
        void is_asked_first_below_its_prefix() {
            mirror.on("/v2/proxy/team/app/manifests/1", manifest);

            assertThat(pull()).isEqualTo(manifest);
            assertThat(server.requests()).isEmpty();
        }

        @Test
        void that_lacks_the_image_is_passed_over() {
            server.on(TAG, manifest);

            assertThat(pull()).isEqualTo(manifest);
            assertThat(mirror.requests()).hasSize(1);
        }

        @Test
        void that_is_down_is_passed_over() {
            mirror.close();
            server.on(TAG, manifest);

            assertThat(pull()).isEqualTo(manifest);
        }

        @Test
        void never_sees_the_registrys_password() {
            mirror.on("/v2/proxy/team/app/manifests/1", (exchange, _) -> challenge(exchange, "Basic realm=\"r\""));
            server.on(TAG, manifest);

            assertThat(pull()).isEqualTo(manifest);
            assertThat(mirror.requests())
                    .allSatisfy(request -> assertThat(request.authorization()).isEmpty());
        }

        @Test
        void is_not_blamed_when_the_registry_fails_too() {
            server.on(TAG, (exchange, _) -> send(exchange, 404, ""));

            assertThatThrownBy(this::pull)
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.Absent.class))
                    .hasMessageContaining(server.host());
        }
    }
}
