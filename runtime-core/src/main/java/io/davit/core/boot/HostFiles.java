package io.davit.core.boot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
        try (InputStream stream = Files.newInputStream(at(path))) {
            return Optional.of(read(stream).strip());
        } catch (IOException _) {
            return Optional.empty(); // the feature is not in this kernel: what depends on it says so
        }
    }

    /**
     * With one large buffer: numbers under /proc/sys are given whole to the first read and end then, and the JDK's
     * readString, told that the file has no size, asks for one byte first: 128 would be 1.
     */
    private static String read(InputStream stream) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        for (int n = stream.read(chunk); n >= 0; n = stream.read(chunk)) whole.write(chunk, 0, n);
        return whole.toString(StandardCharsets.UTF_8);
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
