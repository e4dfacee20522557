package io.davit.conformance.suite.node;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * A record of a CRI log: {@code TIME STREAM TAG CONTENT}.
 *
 * @param tag F for a whole line, P for a part of one
 * @param content bytes as ISO-8859-1, so that nothing is lost
 */
public record LogLine(OffsetDateTime time, String stream, String tag, String content) {
    /** @throws AssertionError naming the first record that has not the form */
    static List<LogLine> parse(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        if (!text.isEmpty() && !text.endsWith("\n")) throw new AssertionError("the log does not end in a newline");
        List<LogLine> lines = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf('\n', at);
            lines.add(parse(text.substring(at, end)));
            at = end + 1;
        }
        return lines;
    }

    private static LogLine parse(String line) {
        String[] words = line.split(" ", 4);
        if (words.length < 4) throw new AssertionError("no record of a CRI log: \"" + line + "\"");
        try {
            return new LogLine(OffsetDateTime.parse(words[0]), words[1], words[2], words[3]);
        } catch (DateTimeParseException e) {
            throw new AssertionError("no RFC 3339 time: \"" + line + "\"", e);
        }
    }
}
