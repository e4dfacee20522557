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

    /**
     * Docker shows what it is given to the registry of the image, whatever address stands with it: so credentials of
     * another registry are left out.
     *
     * @param registry of the image, for credentials that name none
     */
    static String of(Credentials credentials, String registry) {
        ObjectNode auth = JSON.createObjectNode();
        String server = credentials.serverAddress();
        if (server.isEmpty() || Credentials.isOf(registry, server))
            fill(auth, credentials, server.isEmpty() ? registry : server);
        return Base64.getUrlEncoder().encodeToString(auth.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void fill(ObjectNode auth, Credentials credentials, String server) {
        switch (credentials) {
            case Credentials.Anonymous _ -> {}
            case Credentials.UserPassword(var username, var password, var _) -> {
                auth.put("username", username);
                auth.put("password", password.reveal());
                auth.put("serveraddress", server);
            }
            case Credentials.IdentityToken(var token, var _) -> {
                auth.put("identitytoken", token.reveal());
                auth.put("serveraddress", server);
            }
            case Credentials.RegistryToken(var token, var _) -> {
                auth.put("registrytoken", token.reveal());
                auth.put("serveraddress", server);
            }
        }
    }
}
