package io.davit.backend.oci.monitor;

import io.davit.backend.oci.syscall.Descriptor;
import io.davit.backend.oci.syscall.Poll;
import io.davit.core.domain.Fault;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a monitor says on its sync pipe: a line of JSON with a number, or -1 and a message. The pipe stays open as long as
 * the monitor lives, so the line's end is the end.
 *
 * @param number a process id or an exit code
 */
record SyncReport(long number, String message) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LINE_BYTES_MAX = 64 * 1024;

    /** Empty if the pipe was closed, or the limit ran out, before a line was there. */
    static Optional<SyncReport> read(Descriptor pipe, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        // Byte by byte: what follows the line is the next report.
        byte[] buffer = new byte[1];
        while (line.size() < LINE_BYTES_MAX) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            if (Poll.readable(List.of(pipe), left).isEmpty()) return Optional.empty();
            int read = pipe.read(buffer);
            if (read <= 0) return Optional.empty();
            if (buffer[0] == '\n') break;
            line.write(buffer, 0, read);
        }
        return Optional.of(parse(line.toString(StandardCharsets.UTF_8)));
    }

    // The key is "pid" or, with --api-version, "data" for everything.
    static SyncReport parse(String line) {
        JsonNode report = JSON.readTree(line);
        JsonNode number = report.has("data") ? report.path("data") : report.path("pid");
        return new SyncReport(
                number.asLong(-1), report.path("message").asString("").strip());
    }

    long containerPid(Conmon.Creation creation) {
        if (number > 0) return number;
        String entrypoint = creation.entrypoint();
        String program = message.contains(entrypoint) ? "" : " (its program is " + entrypoint + ")";
        throw Fault.failed(
                "create container " + creation.id(), creation.runtime().name() + ": " + message + program);
    }
}
