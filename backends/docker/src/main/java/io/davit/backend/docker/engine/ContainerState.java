package io.davit.backend.docker.engine;

import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What inspect says of a container, as far as we need it (Engine API, ContainerInspect). docker-java's model of the
 * same throws on a capability or a mount type that it does not know.
 *
 * @param dockerId Docker's own id
 * @param startedAt empty if it was never started
 * @param error why the last start failed; may be empty
 * @param logFile of the json-file driver; empty for others
 * @param upperDir the writable layer, where the storage driver has one
 */
public record ContainerState(
        String dockerId,
        Map<String, String> labels,
        Phase phase,
        long pid,
        int exitCode,
        boolean oomKilled,
        String error,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        boolean tty,
        Optional<Path> logFile,
        Optional<Path> upperDir) {
    private static final JsonMapper JSON = new JsonMapper();

    /** Docker's states (moby, container/state.go), as far as they differ for us. */
    public enum Phase {
        CREATED,
        RUNNING,
        EXITED,
        /** On its way out, or half gone. */
        GOING
    }

    /** @param name of the container, or its id */
    public static Optional<ContainerState> of(Daemon daemon, String name) {
        return daemon.get("inspect container " + name, "/containers/" + name + "/json")
                .map(ContainerState::parse);
    }

    static ContainerState parse(String json) {
        try {
            JsonNode root = JSON.readTree(json);
            JsonNode state = root.path("State");
            Map<String, String> labels = new TreeMap<>();
            root.path("Config")
                    .path("Labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asString("")));
            Phase phase = phase(state);
            Optional<Instant> finishedAt = time(state.path("FinishedAt"));
            return new ContainerState(
                    root.path("Id").asString(""),
                    labels,
                    phase,
                    state.path("Pid").asLong(0),
                    state.path("ExitCode").asInt(0),
                    state.path("OOMKilled").asBoolean(false),
                    state.path("Error").asString(""),
                    phase == Phase.RUNNING ? time(state.path("StartedAt")) : startedAt(state, finishedAt),
                    finishedAt,
                    root.path("Config").path("Tty").asBoolean(false),
                    path(root.path("LogPath")),
                    path(root.path("GraphDriver").path("Data").path("UpperDir")));
        } catch (JacksonException e) {
            throw Fault.failed("read what Docker says of a container", e);
        }
    }

    private static Phase phase(JsonNode state) {
        return switch (state.path("Status").asString("")) {
            case "created" -> Phase.CREATED;
            // A paused container has living processes; restarting needs a restart policy, which we never give.
            case "running", "paused", "restarting" -> Phase.RUNNING;
            case "exited" -> Phase.EXITED;
            default -> Phase.GOING;
        };
    }

    // Docker notes the start when the call that started the process is back, and the end from the event of it (moby,
    // daemon/start.go and monitor.go): a process that ends at once has ended before it began, by some milliseconds.
    private static Optional<Instant> startedAt(JsonNode state, Optional<Instant> finishedAt) {
        return time(state.path("StartedAt"))
                .map(begin -> finishedAt.filter(begin::isAfter).orElse(begin));
    }

    private static Optional<Path> path(JsonNode node) {
        String text = node.asString("");
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    // Docker's zero time is the first second of year 1.
    private static Optional<Instant> time(JsonNode node) {
        try {
            Instant time = OffsetDateTime.parse(node.asString("")).toInstant();
            return time.getEpochSecond() > 0 ? Optional.of(time) : Optional.empty();
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    public Optional<String> label(String name) {
        return Optional.ofNullable(labels.get(name));
    }
}
