package io.davit.core.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Files by which the kernel tells of the host; a file that cannot be read says nothing.
 *
 * @param root {@code /}, or where a test has laid them out
 */
record HostFiles(Path root) {
    Optional<String> text(String path) {
        try {
            return Optional.of(Files.readString(at(path)).strip());
        } catch (IOException _) {
            return Optional.empty(); // the feature is not in this kernel: what depends on it says so
        }
    }

    /** The number that a file has as its only content. */
    Optional<Long> number(String path) {
        return text(path).filter(text -> text.matches("\\d{1,18}")).map(Long::valueOf);
    }

    /** The rest of the line that starts with {@code key}, as in /proc/self/status. */
    Optional<String> line(String path, String key) {
        return text(path).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip())
                .findFirst();
    }

    boolean exists(String path) {
        return Files.exists(at(path));
    }

    private Path at(String path) {
        return root.resolve(path.substring(1));
    }
}
