package io.davit.core.boot;

import io.davit.core.domain.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.tomlj.TomlPosition;

/** Collects every mistake of a configuration file with its place. Not thread-safe. */
final class Mistakes {
    /** A mistake; line and column count from 1. */
    private record Mistake(TomlPosition place, String why) {}

    private static final Comparator<Mistake> IN_FILE_ORDER = Comparator.<Mistake>comparingInt(
                    mistake -> mistake.place.line())
            .thenComparingInt(mistake -> mistake.place.column());

    private final List<Mistake> found = new ArrayList<>();

    void add(TomlPosition place, String why) {
        found.add(new Mistake(place, why));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** @throws Fault InvalidRequest with one problem per mistake, whose field is {@code file:line:column} */
    void throwIfAny(String file) {
        if (found.isEmpty()) return;
        throw new Fault(new Fault.Kind.InvalidRequest(found.stream()
                .sorted(IN_FILE_ORDER)
                .map(mistake -> new Fault.Problem(
                        file + ":" + mistake.place.line() + ":" + mistake.place.column(), mistake.why))
                .toList()));
    }
}
