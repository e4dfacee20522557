package io.davit.backend.docker.engine;

import com.github.dockerjava.api.exception.DockerException;
import io.davit.core.domain.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What the daemon says when it says no, by its status: its texts change from version to version. */
public final class Refusal {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int TEXT_CHARS_MAX = 2000;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private Refusal() {}

    public static Fault fault(String doing, DockerException refusal) {
        return fault(doing, refusal.getHttpStatus(), String.valueOf(refusal.getMessage()), refusal);
    }

    public static Fault fault(String doing, int status, String body) {
        return fault(doing, status, body, new DockerException(body, status));
    }

    private static Fault fault(String doing, int status, String body, DockerException cause) {
        String why = text(body);
        Fault.Kind kind = switch (status) {
            case BAD_REQUEST -> new Fault.Kind.Failed(doing, why);
            case NOT_FOUND -> new Fault.Kind.Absent(doing + ": what Docker was asked for", "it says: " + why);
            case CONFLICT -> new Fault.Kind.Refused(doing, why);
            case UNAUTHORIZED -> new Fault.Kind.Failed(doing, "not authorized: " + why);
            default -> new Fault.Kind.Failed(doing, "Docker answers " + status + ": " + why);
        };
        return new Fault(kind, cause);
    }

    /** The daemon's sentence in a refusal. */
    public static String text(DockerException refusal) {
        return text(String.valueOf(refusal.getMessage()));
    }

    /** The daemon's sentence: {@code {"message":"…"}}, behind docker-java's "Status 404: ". */
    public static String text(String body) {
        int brace = body.indexOf('{');
        String text = body.strip();
        if (brace >= 0) {
            try {
                text = JSON.readTree(body.substring(brace)).path("message").asString(text);
            } catch (JacksonException _) {
                // Then it is no JSON, and said as it is.
            }
        }
        return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX) + "...";
    }
}
