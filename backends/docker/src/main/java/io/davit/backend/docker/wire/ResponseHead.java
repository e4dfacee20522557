package io.davit.backend.docker.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Status and headers of an answer (RFC 9112); names in lower case. */
record ResponseHead(int status, Map<String, List<String>> headers) {
    private static final int LINE_BYTES_MAX = 64 << 10;
    private static final int HEADERS_MAX = 200;

    /** @throws EOFException if the connection ended before the first byte */
    static ResponseHead read(InputStream input) throws IOException {
        String[] first = line(input).split(" ", 3);
        if (first.length < 2 || !first[0].startsWith("HTTP/1.")) {
            throw new IOException("no HTTP answer: " + String.join(" ", first));
        }
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int count = 0; count < HEADERS_MAX; count++) {
            String line = line(input);
            if (line.isEmpty()) return new ResponseHead(status(first[1]), headers);
            int colon = line.indexOf(':');
            if (colon < 0) throw new IOException("no HTTP header: " + line);
            headers.computeIfAbsent(line.substring(0, colon).strip().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        throw new IOException("more than " + HEADERS_MAX + " HTTP headers");
    }

    private static int status(String text) throws IOException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IOException("no HTTP status: " + text, e);
        }
    }

    private static String line(InputStream input) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (line.size() < LINE_BYTES_MAX) {
            int next = input.read();
            if (next < 0) throw new EOFException("the daemon closed the connection");
            if (next == '\n') return line.toString(StandardCharsets.UTF_8).stripTrailing();
            line.write(next);
        }
        throw new IOException("an HTTP line longer than " + LINE_BYTES_MAX + " bytes");
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).map(List::getFirst);
    }

    boolean chunked() {
        return header("transfer-encoding")
                .filter(value -> value.equalsIgnoreCase("chunked"))
                .isPresent();
    }

    /** Length of the body; empty if it lasts until the connection ends. */
    Optional<Long> length() throws IOException {
        Optional<String> text = header("content-length");
        if (text.isEmpty()) return Optional.empty();
        try {
            return Optional.of(Long.parseLong(text.get()));
        } catch (NumberFormatException e) {
            throw new IOException("no length: " + text.get(), e);
        }
    }

    boolean closes() {
        return header("connection")
                .filter(value -> value.equalsIgnoreCase("close"))
                .isPresent();
    }
}
