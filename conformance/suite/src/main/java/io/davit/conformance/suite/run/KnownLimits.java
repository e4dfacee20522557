package io.davit.conformance.suite.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What a server cannot do because what it stands on cannot: such tests are not run, and are in the report with the reason.
 * One line for each, {@code regex | reason | link}; the pattern is looked for as {@link Focus} does.
 */
public record KnownLimits(List<Limit> limits) {
    private static final Pattern BAR = Pattern.compile(" \\| ");
    private static final int PARTS = 3;

    public static final KnownLimits NONE = new KnownLimits(List.of());

    /** One of them. */
    public record Limit(Pattern pattern, String reason, String link) {
        /** As the report gives it. */
        String text() {
            return reason + " (" + link + ")";
        }
    }

    public KnownLimits {
        limits = List.copyOf(limits);
    }

    /** @throws IllegalArgumentException that names the line that is no entry */
    public static KnownLimits read(Path file) throws IOException {
        List<Limit> limits = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) continue;
            limits.add(limit(line, file + ":" + (i + 1)));
        }
        return new KnownLimits(limits);
    }

    private static Limit limit(String line, String place) {
        String[] parts = BAR.split(line, -1);
        if (parts.length != PARTS || parts[1].isBlank() || parts[2].isBlank()) {
            throw new IllegalArgumentException(place + " is no entry (regex | reason | link): " + line);
        }
        try {
            return new Limit(Pattern.compile(parts[0]), parts[1].strip(), parts[2].strip());
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(place + " has no regular expression: " + e.getDescription(), e);
        }
    }

    Optional<Limit> of(Subject subject) {
        return limits.stream()
                .filter(limit -> limit.pattern().matcher(subject.line()).find())
                .findFirst();
    }
}
