package io.davit.backend.docker.engine;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How likely the kernel is to kill a container when memory runs out (proc_pid_oom_score_adj(5)). */
public final class OomScores {
    private static final Path OWN = Path.of("/proc/self/oom_score_adj");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String BOUNDING = "CapBnd:";
    private static final int CAP_SYS_RESOURCE = 24;
    private static final int HEXADECIMAL = 16;

    private OomScores() {}

    /**
     * The score nearest to {@code wanted} that this host allows: without CAP_SYS_RESOURCE nobody can go below the score
     * he has, and the start of a container would fail with a text that says nothing of it.
     */
    public static int possible(int wanted) {
        try {
            if (wanted >= 0 || mayGoBelow()) return wanted;
            return Math.max(wanted, Integer.parseInt(Files.readString(OWN).strip()));
        } catch (IOException e) {
            throw Fault.failed("read " + OWN, e);
        }
    }

    private static boolean mayGoBelow() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith(BOUNDING))
                .map(line ->
                        Long.parseUnsignedLong(line.substring(BOUNDING.length()).strip(), HEXADECIMAL))
                .anyMatch(mask -> ((mask >> CAP_SYS_RESOURCE) & 1) != 0);
    }
}
