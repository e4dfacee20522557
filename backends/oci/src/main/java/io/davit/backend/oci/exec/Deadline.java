package io.davit.backend.oci.exec;

import java.time.Duration;
import java.util.Optional;

/** Does something once when a limit is met, unless it is closed before; on a virtual thread that sleeps. */
final class Deadline implements AutoCloseable {
    private final Optional<Thread> thread;
    private volatile boolean met;

    private Deadline(Optional<Duration> limit, Runnable action) {
        thread = limit.map(duration -> Thread.ofVirtual().name("davit-limit").start(() -> {
            try {
                Thread.sleep(duration);
                met = true;
                action.run();
            } catch (InterruptedException _) {
                // Closed in time.
            }
        }));
    }

    static Deadline of(Optional<Duration> limit, Runnable action) {
        return new Deadline(limit, action);
    }

    boolean met() {
        return met;
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
    }
}
