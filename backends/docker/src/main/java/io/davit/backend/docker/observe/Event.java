package io.davit.backend.docker.observe;

import io.davit.backend.docker.engine.Names;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A line of the daemon's events, as far as it is news (Engine API, SystemEvents). */
sealed interface Event {
    JsonMapper JSON = new JsonMapper();

    /** A container of a davit has ended. */
    record Ended(String kind, String id, String owner) implements Event {}

    record ImagesChanged() implements Event {}

    /** Since API 1.52 there is no id and no status beside the action and its actor. */
    static Optional<Event> parse(String line) {
        if (line.isBlank()) return Optional.empty();
        try {
            JsonNode event = JSON.readTree(line);
            if (event.path("Type").asString("").equals("image")) return Optional.of(new ImagesChanged());
            JsonNode labels = event.path("Actor").path("Attributes");
            String id = labels.path(Names.ID).asString("");
            if (id.isEmpty()) return Optional.empty();
            return Optional.of(new Ended(
                    labels.path(Names.KIND).asString(""),
                    id,
                    labels.path(Names.OWNER).asString("")));
        } catch (JacksonException _) {
            return Optional.empty(); // the stream was cut inside a line; its end is told next
        }
    }
}
