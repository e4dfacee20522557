package io.davit.conformance.suite.run;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which tests are to run. A pattern is looked for in {@code "FEATURE: TEST [RPC, RPC]"}.
 *
 * @param focus at least one must be found, unless there is none
 * @param skip none may be found
 */
public record Focus(List<Pattern> focus, List<Pattern> skip) {
    public Focus {
        focus = List.copyOf(focus);
        skip = List.copyOf(skip);
    }

    boolean wants(Subject subject) {
        String line = subject.line();
        return (focus.isEmpty() || anyFound(focus, line)) && !anyFound(skip, line);
    }

    private static boolean anyFound(List<Pattern> patterns, String text) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(text).find());
    }
}
