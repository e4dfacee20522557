package io.davit.backend.oci.exec;

import io.davit.backend.oci.monitor.MonitorFiles;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.process.ProcessTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Ends a command in a container with its children. Killing the runtime's client would leave the command running, so it is
 * killed by its own pid, and with it what it has started: the jobs of an interactive shell have process groups of their own.
 */
final class ExecKill {
    /** A client that was just starting the command notes its pid, or ends. */
    private static final Duration STARTING_MAX = Duration.ofSeconds(5);

    private static final long LOOK_AGAIN_MILLIS = 5;

    private ExecKill() {}

    /**
     * @param clientEnded whether the runtime's client has ended: then no pid will be noted any more
     * @return false if the command has not begun, though its client is there: it hangs, with the container or by itself
     */
    static boolean kill(Path pidFile, BooleanSupplier clientEnded) {
        long deadline = System.nanoTime() + STARTING_MAX.toNanos();
        Optional<Long> pid = MonitorFiles.pid(pidFile);
        while (pid.isEmpty() && !clientEnded.getAsBoolean() && System.nanoTime() < deadline) {
            pause();
            pid = MonitorFiles.pid(pidFile);
        }
        pid.flatMap(ProcessIdentity::of).ifPresent(ProcessTree::kill);
        return pid.isPresent() || clientEnded.getAsBoolean();
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException _) {
            // Killing is short and must be done; the interrupt is kept for the caller.
            Thread.currentThread().interrupt();
            Thread.onSpinWait();
        }
    }
}
