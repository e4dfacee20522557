package io.davit.core.machine;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A complete table of phases and triggers, read from its own picture. A missing or unknown cell stops class loading.
 *
 * @param <P> the phases
 * @param <T> the triggers
 */
final class TransitionTable<P extends Enum<P>, T extends Enum<T>> {
    /** What a cell says. */
    sealed interface Verdict<P> {
        /** {@code =}: nothing changes. */
        record Keep<P>() implements Verdict<P> {}

        /** {@code gone}: the record is forgotten. */
        record Gone<P>() implements Verdict<P> {}

        /** {@code !}: this must not happen here. */
        record Refuse<P>() implements Verdict<P> {}

        record MoveTo<P>(P phase) implements Verdict<P> {}
    }

    private final String picture;
    private final Map<P, Map<T, Verdict<P>>> cells;

    private TransitionTable(String picture, Map<P, Map<T, Verdict<P>>> cells) {
        this.picture = picture;
        this.cells = cells;
    }

    static <P extends Enum<P>, T extends Enum<T>> TransitionTable<P, T> parse(
            Class<P> phases, Class<T> triggers, String picture) {
        List<List<String>> rows =
                picture.lines().map(line -> List.of(line.strip().split(" +"))).toList();
        List<T> columns = rows.getFirst().stream()
                .skip(1)
                .map(name -> Enum.valueOf(triggers, name))
                .toList();
        requireAll(
                triggers.getEnumConstants().length, columns.stream().distinct().count(), "triggers");
        Map<P, Map<T, Verdict<P>>> cells = new EnumMap<>(phases);
        for (List<String> row : rows.subList(1, rows.size())) {
            requireAll(columns.size() + 1L, row.size(), "cells of " + row.getFirst());
            Map<T, Verdict<P>> line = new EnumMap<>(triggers);
            for (int i = 0; i < columns.size(); i++) {
                line.put(columns.get(i), verdict(phases, row.get(i + 1)));
            }
            cells.put(Enum.valueOf(phases, row.getFirst()), line);
        }
        requireAll(phases.getEnumConstants().length, cells.size(), "phases");
        return new TransitionTable<>(picture, cells);
    }

    private static <P extends Enum<P>> Verdict<P> verdict(Class<P> phases, String cell) {
        return switch (cell) {
            case "=" -> new Verdict.Keep<>();
            case "!" -> new Verdict.Refuse<>();
            case "gone" -> new Verdict.Gone<>();
            default -> new Verdict.MoveTo<>(Enum.valueOf(phases, cell));
        };
    }

    private static void requireAll(long expected, long found, String what) {
        if (expected != found) throw new IllegalArgumentException(what + ": " + found + " instead of " + expected);
    }

    Verdict<P> verdict(P phase, T trigger) {
        Verdict<P> verdict = cells.getOrDefault(phase, Map.of()).get(trigger);
        if (verdict == null) throw new AssertionError("the table was checked when it was read");
        return verdict;
    }

    /** The table as it stands in the source, one row a line. */
    List<String> picture() {
        return Arrays.asList(picture.strip().split("\n"));
    }
}
