package io.davit.backend.oci.content;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Small JSON files that are whole or not there: written beside, then renamed. They survive the death of the daemon; after
 * a power cut one may be missing, old or unreadable, which costs another download and nothing else. So nobody waits for
 * fsync(2).
 */
public final class RecordFile {
    /** Unknown fields are of a newer version of ours, whose version number tells whether that matters. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** A suffix that no record has; such files are of a write that did not end. */
    private static final String UNFINISHED = ".new";

    private RecordFile() {}

    public static void write(Path file, Object value) {
        write(file, JSON.writeValueAsBytes(value));
    }

    static void write(Path file, byte[] data) {
        Path beside = file.resolveSibling(file.getFileName() + UNFINISHED);
        try {
            Files.write(beside, data);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw ContentFaults.of("write " + file, e);
        }
    }

    public static boolean isUnfinished(Path file) {
        return file.getFileName().toString().endsWith(UNFINISHED);
    }

    /** @throws Fault CorruptRecord if it cannot be read as {@code type} */
    public static <T> T read(Path file, Class<T> type) {
        try {
            return JSON.readValue(Files.readAllBytes(file), type);
        } catch (IOException e) {
            throw new Fault(new Fault.Kind.CorruptRecord(file.toString(), Fault.reason(e)), e);
        } catch (JacksonException e) {
            // Its full message has the position on a line of its own.
            throw new Fault(new Fault.Kind.CorruptRecord(file.toString(), e.getOriginalMessage()), e);
        }
    }
}
