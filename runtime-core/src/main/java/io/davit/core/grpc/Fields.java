package io.davit.core.grpc;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Problems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Checks single fields and notes what is wrong with them, so that a request's mistakes are reported together. */
final class Fields {
    private final Problems problems;

    Fields(Problems problems) {
        this.problems = problems;
    }

    Problems problems() {
        return problems;
    }

    /** A text that must be there. */
    String text(String field, String value) {
        if (value.isEmpty()) problems.add(field, "empty");
        return value;
    }

    /** One line of a file that we write. */
    String line(String field, String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            problems.add(field, "has a control character: '" + value.replaceAll("\\p{Cntrl}", "?") + "'");
        }
        return text(field, value);
    }

    /** The path of a file inside or outside of a container, which must be there. */
    String path(String field, String value) {
        try {
            var _ = Path.of(value);
        } catch (InvalidPathException e) {
            problems.add(field, "not a path: " + e.getReason());
        }
        return text(field, value.replace('\0', '?'));
    }

    /** An absolute path that may be left out. */
    Optional<Path> absolutePath(String field, String value) {
        if (value.isEmpty()) return Optional.empty();
        try {
            Path path = Path.of(value);
            if (path.isAbsolute()) return Optional.of(path.normalize());
            problems.add(field, "not absolute: '" + value + "'");
        } catch (InvalidPathException e) {
            problems.add(field, "not a path: " + e.getReason());
        }
        return Optional.empty();
    }

    int within(String field, int value, int min, int max) {
        if (value < min || value > max) problems.add(field, value + " is not within " + min + ".." + max);
        return value;
    }

    /** Unsigned 32 bit numbers arrive as int. */
    static long unsigned(int value) {
        return Integer.toUnsignedLong(value);
    }

    /** What {@code parse} makes of it, or {@code otherwise} when it notes a problem. */
    <T> T parsed(String field, T otherwise, Supplier<T> parse) {
        try {
            return parse.get();
        } catch (Fault fault) {
            problems.add(field, fault);
            return otherwise;
        }
    }
}
