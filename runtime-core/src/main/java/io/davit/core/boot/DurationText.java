package io.davit.core.boot;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as operators write them: {@code 90s}, {@code 1h30m}, {@code 250ms}. */
final class DurationText {
    private static final Pattern FORM =
            Pattern.compile("(?:(?<h>\\d{1,7})h)?(?:(?<m>\\d{1,7})m)?(?:(?<s>\\d{1,7})s)?(?:(?<ms>\\d{1,7})ms)?");

    private DurationText() {}

    /** @throws IllegalArgumentException if it is none */
    static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no length of time such as 90s, 5m, 1h30m or 250ms");
        }
        return Duration.ofHours(number(matcher, "h"))
                .plusMinutes(number(matcher, "m"))
                .plusSeconds(number(matcher, "s"))
                .plusMillis(number(matcher, "ms"));
    }

    private static long number(Matcher matcher, String group) {
        String digits = matcher.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** The shortest text that {@link #parse} reads as the same duration; parts below a millisecond are dropped. */
    static String print(Duration duration) {
        StringBuilder text = new StringBuilder();
        append(text, duration.toHours(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount != 0) text.append(amount).append(unit);
    }
}
