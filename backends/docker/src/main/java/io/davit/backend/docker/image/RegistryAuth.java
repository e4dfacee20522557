package io.davit.backend.docker.image;

import io.davit.core.domain.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The header X-Registry-Auth (Engine API, "Authentication"): JSON in base64 for URLs. */
final class RegistryAuth {
    static final String HEADER = "X-Registry-Auth";

    private static final JsonMapper JSON = new JsonMapper();

    private RegistryAuth() {}

    /** @param registry of the image, for credentials that name none */
    static String of(Credentials credentials, String registry) {
        ObjectNode auth = JSON.createObjectNode();
        switch (credentials) {
            case Credentials.Anonymous _ -> {}
            case Credentials.UserPassword(var username, var password, var server) -> {
                auth.put("username", username);
                auth.put("password", password.reveal());
                auth.put("serveraddress", server.isEmpty() ? registry : server);
            }
            case Credentials.IdentityToken(var token, var server) -> {
                auth.put("identitytoken", token.reveal());
                auth.put("serveraddress", server.isEmpty() ? registry : server);
            }
            case Credentials.RegistryToken(var token, var server) -> {
                auth.put("registrytoken", token.reveal());
                auth.put("serveraddress", server.isEmpty() ? registry : server);
            }
        }
        return Base64.getUrlEncoder().encodeToString(auth.toString().getBytes(StandardCharsets.UTF_8));
    }
}
