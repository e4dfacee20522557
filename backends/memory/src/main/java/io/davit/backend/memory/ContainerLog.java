package io.davit.backend.memory;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The log of one container in CRI's format: time, stream, F for a full line, text. Opens the file anew for each piece of
 * output; reopening it after a rotation is therefore only making it.
 */
record ContainerLog(Optional<Path> path) {
    enum Stream {
        STDOUT("stdout"),
        STDERR("stderr");

        private final String word;

        Stream(String word) {
            this.word = word;
        }
    }

    static ContainerLog of(ContainerSpec spec) {
        return new ContainerLog(spec.logPath());
    }

    /** Writes whole lines; a last line without an end counts as one. */
    void append(Stream stream, String output, Instant at) {
        write(output.lines()
                .map(line -> at + " " + stream.word + " F " + line + "\n")
                .collect(Collectors.joining()));
    }

    void reopen() {
        write("");
    }

    private void write(String text) {
        if (path.isEmpty()) return;
        Path file = path.orElseThrow();
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw Fault.failed("writing the log " + file, e);
        }
    }
}
