package io.davit.backend.docker.image;

import io.davit.backend.docker.engine.Daemon;
import io.davit.backend.docker.engine.Refusal;
import io.davit.backend.docker.wire.Answer;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageReference;
import io.davit.core.spi.PullRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets the daemon pull one image. Its answer is a line of JSON for each step; an error after the first step is such a
 * line, too. docker-java's own reader of it judges by the text of the last line. Closing the connection ends the pull.
 */
final class ImagePull {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int OK = 200;
    private static final int ERROR_BYTES_MAX = 1 << 20;

    private final Daemon daemon;
    private final PullRequest request;
    private final Duration stall;
    private final String doing;

    /** @param stall how long there may be no progress */
    ImagePull(Daemon daemon, PullRequest request, Duration stall) {
        this.daemon = daemon;
        this.request = request;
        this.stall = stall;
        this.doing = "pull " + request.reference();
    }

    void run() {
        ImageReference reference = request.reference();
        // Without a tag Docker would pull all of them; a digest goes where the tag goes.
        String tag = reference.digest().map(Object::toString).or(reference::tag).orElse("latest");
        String path = "/images/create?fromImage=" + encoded(reference.name()) + "&tag=" + encoded(tag);
        Map<String, String> headers =
                Map.of(RegistryAuth.HEADER, RegistryAuth.of(request.credentials(), reference.registry()));
        try (Answer answer = daemon.post(doing, path, headers, stall)) {
            if (answer.getStatusCode() != OK) throw refused(Refusal.text(answer.text(ERROR_BYTES_MAX)));
            follow(answer);
        } catch (SocketTimeoutException e) {
            throw new Fault(new Fault.Kind.TimedOut(doing + " without progress", stall), e);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) throw new Fault(new Fault.Kind.Cancelled(doing), e);
            throw Fault.failed(doing, e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void follow(Answer answer) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(answer.getBody(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answer.renew(stall);
            errorIn(line).ifPresent(why -> {
                throw refused(why);
            });
        }
    }

    static Optional<String> errorIn(String line) {
        if (line.isBlank()) return Optional.empty();
        try {
            JsonNode step = JSON.readTree(line);
            // The plain "error" is gone from API 1.48 on.
            String detail = step.path("errorDetail").path("message").asString("");
            String why = detail.isEmpty() ? step.path("error").asString("") : detail;
            return why.isEmpty() ? Optional.empty() : Optional.of(why);
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    private Fault refused(String why) {
        return new Fault(kind(why));
    }

    /** Docker has no codes for what registries say; these words are stable since 17.x (distribution/errors.go). */
    Fault.Kind kind(String why) {
        String text = why.toLowerCase(Locale.ROOT);
        String registry = request.reference().registry();
        if (contains(
                text,
                "manifest unknown",
                "not found",
                "no matching manifest",
                "repository does not exist",
                "name unknown")) {
            return new Fault.Kind.Absent("the image " + request.reference(), "its registry says: " + why);
        }
        if (contains(text, "unauthorized", "denied", "no basic auth", "authentication required")) {
            return new Fault.Kind.Failed(doing, registry + " refuses these credentials: " + why);
        }
        boolean away = contains(
                text,
                "connection refused",
                "no such host",
                "i/o timeout",
                "tls handshake timeout",
                "no route to host",
                "network is unreachable",
                "connection reset",
                "deadline exceeded",
                "client.timeout exceeded",
                "toomanyrequests",
                "502 bad gateway",
                "503 service unavailable",
                "504 gateway",
                "500 internal server error",
                "server misbehaving");
        if (away) return new Fault.Kind.KubeletReason(Fault.Reason.REGISTRY_UNAVAILABLE, registry + ": " + why);
        return new Fault.Kind.Failed(doing, why);
    }

    private static boolean contains(String text, String... words) {
        for (String word : words) {
            if (text.contains(word)) return true;
        }
        return false;
    }
}
