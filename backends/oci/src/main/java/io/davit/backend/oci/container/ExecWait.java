package io.davit.backend.oci.container;

import io.davit.backend.oci.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Waits until a container's first process runs the user's program. {@code runc start} and {@code crun start} return when
 * they have told their own init to go on, which is a moment before it calls execve(2). A signal that arrives in between
 * is the init's, not the program's: Go's init, being process 1, ends with code 2 on SIGTERM, and crun's loses it.
 */
final class ExecWait {
    /** execve(2) follows within microseconds; on a node that hangs for longer the wait is given up. */
    private static final Duration EXEC_MAX = Duration.ofSeconds(2);

    private static final Duration LOOK_AGAIN = Duration.ofNanos(500_000);

    private final ProcessIdentity init;
    private final Optional<Path> before;

    private ExecWait(ProcessIdentity init, Optional<Path> before) {
        this.init = init;
        this.before = before;
    }

    /** To be called before the runtime is told to start: notes the program that the init runs. */
    static ExecWait of(ProcessIdentity init) {
        return new ExecWait(init, program(init.pid()));
    }

    /** Returns when the process runs another program, or has ended. */
    void await() {
        long deadline = System.nanoTime() + EXEC_MAX.toNanos();
        while (init.alive() && program(init.pid()).equals(before) && System.nanoTime() < deadline) {
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException _) {
                // The container was started: its caller has to hear that, and sees the interrupt afterwards.
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Empty for a process that is gone, or a zombie. */
    private static Optional<Path> program(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "exe")));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
