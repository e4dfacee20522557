package io.davit.core.streaming;

import io.davit.core.streaming.CommandStatus.Exited;
import io.davit.core.streaming.CommandStatus.Failed;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** How a status stands on the error stream (remotecommand of the Kubernetes API machinery). */
enum StatusForm {
    /** Up to version 3: nothing for success, else a sentence. */
    TEXT {
        @Override
        byte[] bytes(CommandStatus status) {
            return switch (status) {
                case Exited(int code) when code == 0 -> new byte[0];
                case Exited(int code) -> utf8(nonZero(code));
                case Failed(String why) -> utf8(why);
            };
        }
    },

    /** From version 4 on: a metav1.Status object; exit code and failure are told apart by its reason. */
    JSON {
        @Override
        byte[] bytes(CommandStatus status) {
            return switch (status) {
                case Exited(int code) when code == 0 -> json(Map.of(), "Success");
                case Exited(int code) ->
                    json(
                            Map.of(
                                    "message", nonZero(code),
                                    "reason", "NonZeroExitCode",
                                    "details",
                                            Map.of(
                                                    "causes",
                                                    List.of(Map.of(
                                                            "reason", "ExitCode", "message", Integer.toString(code))))),
                            "Failure");
                case Failed(String why) ->
                    json(Map.of("message", why, "reason", "InternalError", "code", 500), "Failure");
            };
        }
    };

    private static final JsonMapper MAPPER = new JsonMapper();

    /** What goes out on the error stream; may be nothing. */
    abstract byte[] bytes(CommandStatus status);

    private static byte[] json(Map<String, Object> more, String status) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("metadata", Map.of());
        fields.put("status", status);
        fields.putAll(more);
        return MAPPER.writeValueAsBytes(fields);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String nonZero(int code) {
        return "command terminated with non-zero exit code: " + code;
    }
}
