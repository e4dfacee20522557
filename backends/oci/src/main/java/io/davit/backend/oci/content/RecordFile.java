package io.davit.backend.oci.content;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Small JSON files that are whole or not there: written beside, then renamed. Durable ones are on the disk when the call
 * returns (file and directory); the others survive the death of the daemon but perhaps not a power cut.
 */
public final class RecordFile {
    /** Unknown fields are of a newer version of ours, whose version number tells whether that matters. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** A suffix that no record has; such files are of a write that did not end. */
    private static final String UNFINISHED = ".new";

    private RecordFile() {}

    public static void writeDurably(Path file, Object value) {
        write(file, JSON.writeValueAsBytes(value), true);
    }

    public static void write(Path file, Object value) {
        write(file, JSON.writeValueAsBytes(value), false);
    }

    static void write(Path file, byte[] data, boolean durably) {
        Path beside = file.resolveSibling(file.getFileName() + UNFINISHED);
        try {
            try (FileChannel channel = FileChannel.open(
                    beside,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(data);
                while (buffer.hasRemaining()) channel.write(buffer);
                if (durably) channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
            if (durably) syncDirectory(file.resolveSibling(""));
        } catch (IOException e) {
            throw ContentFaults.of("write " + file, e);
        }
    }

    /** Makes additions, renames and removals in a directory durable. */
    public static void syncDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw ContentFaults.of("write out " + directory, e);
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
