package io.davit.backend.oci.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The words of a registry that refuses (distribution-spec, "Error Codes"), made fit for one line.
 *
 * @param text code and message; empty if the answer holds none
 */
record RegistryError(String text) {
    private static final int BODY_BYTES_MAX = 8 * 1024;
    private static final int TEXT_CHARS_MAX = 300;
    private static final JsonMapper JSON = new JsonMapper();

    static RegistryError of(Response response) {
        try {
            byte[] body = response.body().readNBytes(BODY_BYTES_MAX);
            JsonNode error = JSON.readTree(new String(body, StandardCharsets.UTF_8))
                    .path("errors")
                    .path(0);
            String code = error.path("code").asString("");
            String message = error.path("message").asString("");
            return new RegistryError(
                    tidy(code.isEmpty() || message.isEmpty() ? code + message : code + ": " + message));
        } catch (IOException | JacksonException _) {
            // The status alone has to do: pages of proxies are no help in a log line.
            return new RegistryError("");
        }
    }

    private static String tidy(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= TEXT_CHARS_MAX ? line : line.substring(0, TEXT_CHARS_MAX) + "...";
    }

    /** With a separator in front, to be put at the end of a sentence. */
    String asSuffix() {
        return text.isEmpty() ? "" : ": " + text;
    }
}
