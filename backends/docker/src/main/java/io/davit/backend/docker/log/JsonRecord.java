package io.davit.backend.docker.log;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One line of Docker's json-file driver: {@code {"log":"text\n","stream":"stdout","time":"2026-01-02T03:04:05.6Z"}}.
 *
 * @param text with its line end, unless the line goes on in the next record or the program has left it open
 */
record JsonRecord(String text, String stream, String time) {
    private static final JsonFactory JSON = new JsonFactory();

    /** A line as one of the CRI's log; empty if it is damaged, as after a loss of power. */
    static Optional<byte[]> criLine(byte[] bytes, int offset, int length) {
        return PlainRecord.criLine(bytes, offset, length)
                .or(() -> parse(bytes, offset, length).map(JsonRecord::criLine));
    }

    private static Optional<JsonRecord> parse(byte[] bytes, int offset, int length) {
        String text = null;
        String stream = "stdout";
        String time = null;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) return Optional.empty();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "log" -> text = parser.getString();
                    case "stream" -> stream = parser.getString();
                    case "time" -> time = parser.getString();
                    default -> parser.skipChildren();
                }
            }
        } catch (JacksonException _) {
            return Optional.empty();
        }
        return text == null || time == null ? Optional.empty() : Optional.of(new JsonRecord(text, stream, time));
    }

    /**
     * The same as a line of the CRI's log (kubernetes, kubelet-cri-logging): time, stream, P or F, text.
     */
    private byte[] criLine() {
        boolean whole = text.endsWith("\n");
        byte[] content = (whole ? text.substring(0, text.length() - 1) : text).getBytes(StandardCharsets.UTF_8);
        // A piece of a long line, or the last thing the program wrote: readers add a line end to F alone.
        byte[] head = (time + " " + stream + (whole ? " F " : " P ")).getBytes(StandardCharsets.UTF_8);
        byte[] line = new byte[head.length + content.length + 1];
        System.arraycopy(head, 0, line, 0, head.length);
        System.arraycopy(content, 0, line, head.length, content.length);
        line[line.length - 1] = '\n';
        return line;
    }
}
