package io.davit.core.process;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Kills a program with everything it started. */
final class ProcessTree {
    /** A process that does not die of SIGKILL within this hangs in the kernel; waiting on does not help. */
    private static final long DEATH_SECONDS_MAX = 10;

    private ProcessTree() {}

    /** Returns when the program has ended; ignores interrupts, but keeps them for the caller. */
    static void kill(Process process) {
        kill(process.toHandle());
        boolean interrupted = Thread.interrupted();
        try {
            boolean _ = process.waitFor(DEATH_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            interrupted = true; // a second interrupt: the program was killed, nobody waits for its end any more
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** The parent first, so that it starts nothing new; its children are listed before, as they lose it then. */
    private static void kill(ProcessHandle parent) {
        List<ProcessHandle> children = parent.children().toList();
        boolean _ = parent.destroyForcibly();
        children.forEach(ProcessTree::kill);
    }
}
