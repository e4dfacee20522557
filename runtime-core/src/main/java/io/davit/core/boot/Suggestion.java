package io.davit.core.boot;

import java.util.Collection;
import java.util.Comparator;

/** Guesses which known word was meant by an unknown one. */
final class Suggestion {
    /** More changes than this make another word of it. */
    private static final int CHANGES_MAX = 3;

    private Suggestion() {}

    /** {@code ; did you mean x?}, or what there is where nothing is near. */
    static String of(String unknown, Collection<String> known) {
        return known.stream()
                .filter(word -> changes(unknown, word) <= Math.min(CHANGES_MAX, word.length() / 2))
                .min(Comparator.comparingInt(word -> changes(unknown, word)))
                .map(word -> "; did you mean " + word + "?")
                .orElseGet(() -> known.isEmpty()
                        ? "; none is known here"
                        : "; known: "
                                + String.join(", ", known.stream().sorted().toList()));
    }

    /** Letters to insert, drop or replace to come from one word to the other. */
    private static int changes(String from, String to) {
        int[] before = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) before[j] = j;
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(before[j], row[j - 1]));
            }
            before = row;
        }
        return before[to.length()];
    }
}
