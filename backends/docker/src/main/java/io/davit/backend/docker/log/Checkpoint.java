package io.davit.backend.docker.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * How far a container's log was copied. Written after the copy: what the log file has beyond {@code logLength} was
 * copied and not noted, and is counted when the daemon comes back.
 *
 * @param jsonInode of Docker's file, with the offset behind the last record
 * @param logInode of our file, with its length
 * @param finished everything was copied, and nothing will come
 */
record Checkpoint(long jsonInode, long jsonOffset, long logInode, long logLength, boolean finished) {
    private static final int FIELDS = 5;

    /** Empty if there is none that can be read. */
    static Optional<Checkpoint> read(Path file) throws IOException {
        try {
            String[] fields = Files.readString(file).strip().split(" ");
            if (fields.length != FIELDS) return Optional.empty();
            return Optional.of(new Checkpoint(
                    Long.parseLong(fields[0]),
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[2]),
                    Long.parseLong(fields[3]),
                    Boolean.parseBoolean(fields[4])));
        } catch (NoSuchFileException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    void write(Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(
                fresh, jsonInode + " " + jsonOffset + " " + logInode + " " + logLength + " " + finished + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
