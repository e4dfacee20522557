package io.davit.backend.oci.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a registry wants to see before it answers ({@code WWW-Authenticate}, RFC 9110, 11.6.1). */
sealed interface Challenge {
    /** A user's name and password with every request. */
    record Basic() implements Challenge {}

    /**
     * A token from somewhere else (distribution's token authentication).
     *
     * @param realm the URL of the token server
     * @param service may be empty
     * @param scope may be empty
     */
    record Bearer(String realm, String service, String scope) implements Challenge {}

    Pattern PARAMETER = Pattern.compile("([A-Za-z_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

    /** The best of what is offered: a token before a password; empty if nothing is known. */
    static Optional<Challenge> best(List<String> headers) {
        Optional<Challenge> basic = Optional.empty();
        for (String header : headers) {
            String lower = header.strip().toLowerCase(Locale.ROOT);
            if (lower.startsWith("bearer ")) return Optional.of(bearer(header));
            if (lower.startsWith("basic")) basic = Optional.of(new Basic());
        }
        return basic;
    }

    private static Bearer bearer(String header) {
        Map<String, String> values = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(header);
        while (parameter.find()) {
            String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
            values.putIfAbsent(parameter.group(1).toLowerCase(Locale.ROOT), value.replaceAll("\\\\(.)", "$1"));
        }
        return new Bearer(
                values.getOrDefault("realm", ""), values.getOrDefault("service", ""), values.getOrDefault("scope", ""));
    }
}
