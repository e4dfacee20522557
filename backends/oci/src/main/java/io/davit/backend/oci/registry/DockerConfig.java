package io.davit.backend.oci.registry;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A file in the form of docker's config.json, which podman's auth.json and the kubelet's files have as well. */
record DockerConfig(Path file, JsonNode json) {
    private static final JsonMapper JSON = new JsonMapper();

    /** @throws Fault Failed if it cannot be read; the text quotes nothing of it */
    static DockerConfig read(Path file) {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (json.isObject()) return new DockerConfig(file, json);
        } catch (IOException e) {
            throw Fault.failed("read the credentials in " + file, e);
        } catch (JacksonException _) {
            // Its text would print the place, and with it secrets.
        }
        throw Fault.failed("read the credentials in " + file, "it is no JSON object like docker's config.json");
    }

    /** The helper that keeps the credentials of {@code host}. */
    Optional<String> helper(RegistryHost host) {
        for (Map.Entry<String, JsonNode> entry : json.path("credHelpers").properties()) {
            if (host.isMeantBy(entry.getKey()))
                return Optional.of(entry.getValue().asString(""));
        }
        return Optional.of(json.path("credsStore").asString("")).filter(name -> !name.isEmpty());
    }

    Optional<Credentials> credentials(RegistryHost host) {
        for (Map.Entry<String, JsonNode> entry : json.path("auths").properties()) {
            if (!entry.getKey().isEmpty() && host.isMeantBy(entry.getKey())) {
                return credentials(entry.getValue(), host.name());
            }
        }
        return Optional.empty();
    }

    private Optional<Credentials> credentials(JsonNode entry, String server) {
        String identity = entry.path("identitytoken").asString("");
        if (!identity.isEmpty()) return Optional.of(new Credentials.IdentityToken(new Secret(identity), server));
        String registry = entry.path("registrytoken").asString("");
        if (!registry.isEmpty()) return Optional.of(new Credentials.RegistryToken(new Secret(registry), server));
        String user = entry.path("username").asString("");
        String password = entry.path("password").asString("");
        if (!user.isEmpty()) return Optional.of(new Credentials.UserPassword(user, new Secret(password), server));
        String pair = entry.path("auth").asString("");
        return pair.isEmpty() ? Optional.empty() : Optional.of(decoded(pair, server));
    }

    private Credentials decoded(String auth, String server) {
        try {
            String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                // Docker pads with NULs at times.
                String password = pair.substring(colon + 1).replaceAll("\0+$", "");
                return new Credentials.UserPassword(pair.substring(0, colon), new Secret(password), server);
            }
        } catch (IllegalArgumentException _) {
            // Falls through to the one message for both.
        }
        throw Fault.failed("read the credentials in " + file, "auth of " + server + " is not user:password in base64");
    }
}
