package io.davit.backend.oci.registry;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Secret;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Credentials that the node itself has for registries: from credential helpers (docker-credential-helpers, its protocol)
 * and from files in the form of docker's config.json. Read when a registry asks for them, so that what an operator
 * changes counts at once. Thread-safe.
 */
final class StoredCredentials {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration HELPER_MAX = Duration.ofSeconds(30);
    /** What a helper says, with an exit code other than 0, where it has nothing for a server. */
    private static final String NOTHING_FOUND = "credentials not found in native keychain";
    /** In place of a user's name: the secret is an identity token. */
    private static final String TOKEN_USER = "<token>";

    private final Commands commands;

    StoredCredentials(Commands commands) {
        this.commands = commands;
    }

    /** Those of {@code host} by its own settings; Anonymous if there are none. */
    Credentials of(RegistryHost host) {
        RegistrySettings settings = host.settings();
        if (!settings.credentialHelper().isEmpty()) {
            Optional<Credentials> told = ask(settings.credentialHelper(), host);
            if (told.isPresent()) return told.get();
        }
        if (!RegistrySettings.isSet(settings.authFile())) return new Credentials.Anonymous();
        return fromFile(settings.authFile(), host).orElseGet(Credentials.Anonymous::new);
    }

    private Optional<Credentials> fromFile(Path file, RegistryHost host) {
        DockerConfig config = DockerConfig.read(file);
        Optional<String> helper = config.helper(host);
        if (helper.isPresent()) {
            Optional<Credentials> told = ask(helper.get(), host);
            if (told.isPresent()) return told;
        }
        return config.credentials(host);
    }

    private Optional<Credentials> ask(String helper, RegistryHost host) {
        String program = helper.startsWith("/") ? helper : "docker-credential-" + helper;
        String doing = "ask " + program + " for the credentials of " + host;
        byte[] server = host.credentialKey().getBytes(StandardCharsets.UTF_8);
        String home = System.getenv().getOrDefault("HOME", "/root");
        CommandResult result = commands.run(
                new Command(List.of(program, "get"), Map.of("HOME", home), server, Optional.empty(), HELPER_MAX));
        if (!result.succeeded()) {
            if (result.stdoutText().contains(NOTHING_FOUND)) return Optional.empty();
            throw Fault.failed(doing, "exit code " + result.exitCode() + ": " + result.complaint());
        }
        try {
            JsonNode answer = JSON.readTree(result.stdout());
            String user = answer.path("Username").asString("");
            Secret secret = new Secret(answer.path("Secret").asString(""));
            if (user.equals(TOKEN_USER)) return Optional.of(new Credentials.IdentityToken(secret, host.name()));
            if (!user.isEmpty()) return Optional.of(new Credentials.UserPassword(user, secret, host.name()));
        } catch (JacksonException _) {
            // Its text would print the answer, which holds a secret.
        }
        throw Fault.failed(doing, "its answer is no JSON with Username and Secret");
    }
}
