package io.davit.backend.oci.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the node knows of registries that ask for a name and a password. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StoredCredentialsSpec {
    private static final String PATH = "/v2/team/app/manifests/1";
    private static final String ANN = "Basic " + Base64.getEncoder().encodeToString("ann:pass word".getBytes(UTF_8));

    @TempDir
    Path directory;

    private ScriptedServer registry;

    @BeforeEach
    void start() throws IOException {
        registry = ScriptedServer.start();
        registry.on(PATH, (exchange, _) -> {
            String shown = exchange.getRequestHeaders().getFirst("Authorization");
            if (ANN.equals(shown)) ScriptedServer.send(exchange, 200, "{}");
            else ScriptedServer.challenge(exchange, "Basic realm=\"test\"");
        });
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private RegistrySettings settings(Path authFile, String helper) {
        Path none = RegistryFixture.NONE;
        return new RegistrySettings(false, List.of(), none, none, none, authFile, helper, none);
    }

    private String pull(RegistrySettings settings) {
        try (RegistryFixture fixture = new RegistryFixture(directory, Map.of(registry.host(), settings))) {
            return new String(fixture.client(registry.host()).manifest("1").body(), UTF_8);
        }
    }

    private Path file(String json) throws IOException {
        return Files.writeString(directory.resolve("config.json"), json);
    }

    private Path helper(String script) throws IOException {
        Path program = Files.writeString(directory.resolve("helper"), "#!/bin/sh\n" + script);
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void come_from_a_file_like_dockers() throws IOException {
        String auth = Base64.getEncoder().encodeToString("ann:pass word".getBytes(UTF_8));
        Path file = file("{\"auths\":{\"other.example\":{\"auth\":\"eDp5\"},\"http://" + registry.host()
                + "/v1/\":{\"auth\":\"" + auth + "\"}}}");

        assertThat(pull(settings(file, ""))).isEqualTo("{}");
    }

    @Test
    void of_the_file_are_read_anew_for_each_pull() throws IOException {
        Path file = file("{}");
        assertThatThrownBy(() -> pull(settings(file, ""))).hasMessageContaining("401");

        var _ = file("{\"auths\":{\"" + registry.host() + "\":{\"username\":\"ann\",\"password\":\"pass word\"}}}");

        assertThat(pull(settings(file, ""))).isEqualTo("{}");
    }

    @Test
    void come_from_a_helper_that_is_told_the_server() throws IOException {
        Path program = helper("read server; [ \"$server\" = " + registry.host() + " ] && [ \"$1\" = get ] || exit 9\n"
                + "echo '{\"ServerURL\":\"x\",\"Username\":\"ann\",\"Secret\":\"pass word\"}'\n");

        assertThat(pull(settings(RegistryFixture.NONE, program.toString()))).isEqualTo("{}");
    }

    @Test
    void come_from_the_helper_that_the_file_names() throws IOException {
        Path program = helper("echo '{\"Username\":\"ann\",\"Secret\":\"pass word\"}'\n");
        Path file = file("{\"credHelpers\":{\"" + registry.host() + "\":\"" + program + "\"}}");

        assertThat(pull(settings(file, ""))).isEqualTo("{}");
    }

    @Test
    void that_a_helper_does_not_have_are_looked_for_in_the_file() throws IOException {
        Path program = helper("echo 'credentials not found in native keychain'; exit 1\n");
        Path file = file("{\"auths\":{\"" + registry.host() + "\":{\"username\":\"ann\",\"password\":\"pass word\"}}}");

        assertThat(pull(settings(file, program.toString()))).isEqualTo("{}");
    }

    @Test
    void of_a_helper_that_fails_are_told_with_its_words() throws IOException {
        Path program = helper("echo 'the vault is sealed' >&2; exit 1\n");

        assertThatThrownBy(() -> pull(settings(RegistryFixture.NONE, program.toString())))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("the vault is sealed")
                .hasMessageContaining(program.toString());
    }

    @Test
    void that_cannot_be_read_are_never_quoted() throws IOException {
        Path program = helper("echo '{\"Username\":\"ann\",\"Secret\":\"s3cr3t'\n");
        assertThatThrownBy(() -> pull(settings(RegistryFixture.NONE, program.toString())))
                .isInstanceOf(Fault.class)
                .hasMessageNotContaining("s3cr3t");

        Path file = file("{\"auths\":{\"" + registry.host() + "\":{\"password\":\"s3cr3t\"");
        assertThatThrownBy(() -> pull(settings(file, "")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void of_the_request_count_before_those_of_the_node() throws IOException {
        Path file = file("{\"auths\":{\"" + registry.host() + "\":{\"username\":\"bob\",\"password\":\"x\"}}}");
        try (RegistryFixture fixture = new RegistryFixture(directory, Map.of(registry.host(), settings(file, "")))) {
            Credentials ann = RegistryFixture.USER;

            assertThat(fixture.client(registry.host(), ann).manifest("1").body())
                    .isNotEmpty();
        }
    }

    @Test
    void of_the_registry_are_not_shown_to_a_mirror() throws IOException {
        Path file = file("{\"auths\":{\"registry.example\":{\"username\":\"ann\",\"password\":\"pass word\"}}}");
        Path none = RegistryFixture.NONE;
        RegistrySettings mirrored =
                new RegistrySettings(false, List.of(registry.host()), none, none, none, file, "", none);
        RegistrySettings mirror = settings(file, "");
        Map<String, RegistrySettings> both = Map.of("registry.example", mirrored, registry.host(), mirror);
        try (RegistryFixture fixture = new RegistryFixture(directory, both)) {
            assertThatThrownBy(() -> fixture.client("registry.example").manifest("1"))
                    .isInstanceOf(Fault.class);
        }

        assertThat(registry.requests(PATH))
                .isNotEmpty()
                .allMatch(request -> request.authorization().isEmpty());
    }
}
