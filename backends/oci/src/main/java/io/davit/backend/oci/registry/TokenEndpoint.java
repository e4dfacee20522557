package io.davit.backend.oci.registry;

import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The token server that a bearer challenge names (distribution, "Token Authentication" and its OAuth 2 variant): GET
 * with a password or none, POST with a refresh token.
 */
final class TokenEndpoint {
    static final int TOKEN_BYTES_MAX = 256 * 1024;

    private static final String CLIENT = "davit";
    private static final JsonMapper JSON = new JsonMapper();

    private TokenEndpoint() {}

    /** The request; {@code scope} is what the pull needs if the challenge names none. */
    static HttpRequest request(Challenge.Bearer challenge, String scope, Credentials credentials) {
        Map<String, String> query = new LinkedHashMap<>();
        if (!challenge.service().isEmpty()) query.put("service", challenge.service());
        query.put("scope", challenge.scope().isEmpty() ? scope : challenge.scope());
        return switch (credentials) {
            case Credentials.IdentityToken(Secret token, String _) -> post(challenge, query, token);
            case Credentials.UserPassword user ->
                get(challenge, query).header("Authorization", basic(user)).build();
            case Credentials.Anonymous _, Credentials.RegistryToken _ ->
                get(challenge, query).build();
        };
    }

    private static HttpRequest.Builder get(Challenge.Bearer challenge, Map<String, String> query) {
        String separator = challenge.realm().contains("?") ? "&" : "?";
        return HttpRequest.newBuilder(URI.create(challenge.realm() + separator + form(query)));
    }

    private static HttpRequest post(Challenge.Bearer challenge, Map<String, String> query, Secret token) {
        query.put("grant_type", "refresh_token");
        query.put("client_id", CLIENT);
        query.put("refresh_token", token.reveal());
        return HttpRequest.newBuilder(URI.create(challenge.realm()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(query)))
                .build();
    }

    private static String form(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + encoded(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    // The encoder writes spaces for forms; in URLs they are written like this, and forms understand it too.
    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String basic(Credentials.UserPassword user) {
        String pair = user.username() + ":" + user.password().reveal();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws Fault Failed if there is no token in the answer */
    static Secret read(String host, byte[] answer) {
        try {
            JsonNode json = JSON.readTree(answer);
            String token = json.path("token").asString("");
            if (token.isEmpty()) token = json.path("access_token").asString("");
            if (!token.isEmpty()) return new Secret(token);
        } catch (JacksonException _) {
            // Its text would print the answer, which holds a secret.
        }
        throw Fault.failed("log in at " + host, "its answer holds no token");
    }
}
