package io.davit.backend.oci.process;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The fields of /proc/PID/stat that we use. */
record ProcessStat(char state, long parent, long group, long session, long startTicks) {
    // Counted after the command, which stands in parentheses and may hold anything: state is field 3, ppid 4, pgrp 5,
    // session 6, starttime 22.
    private static final int PARENT_INDEX = 4 - 3;
    private static final int GROUP_INDEX = 5 - 3;
    private static final int SESSION_INDEX = 6 - 3;
    private static final int START_TICKS_INDEX = 22 - 3;

    static Optional<ProcessStat> read(long pid) {
        Path file = Path.of("/proc/" + pid + "/stat");
        try {
            // The command is bytes; only its end matters.
            return Optional.of(parse(Files.readString(file, StandardCharsets.ISO_8859_1)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            if (vanished(e)) return Optional.empty();
            throw Fault.failed("read " + file, e);
        }
    }

    static ProcessStat parse(String text) {
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", START_TICKS_INDEX + 2);
        return new ProcessStat(
                fields[0].charAt(0),
                Long.parseLong(fields[PARENT_INDEX]),
                Long.parseLong(fields[GROUP_INDEX]),
                Long.parseLong(fields[SESSION_INDEX]),
                Long.parseLong(fields[START_TICKS_INDEX]));
    }

    // A zombie runs no more: it has given back everything but its number.
    boolean alive() {
        return state != 'Z' && state != 'X';
    }

    // read(2) of a file below /proc/PID says ESRCH when the process went between open and read.
    private static boolean vanished(IOException e) {
        return String.valueOf(e.getMessage()).contains("No such process");
    }
}
