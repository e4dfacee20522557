package io.davit.backend.docker.wire;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Closes a connection that takes too long: sockets of the unix family know no timeout of their own. */
final class Deadlines implements AutoCloseable {
    private final ScheduledThreadPoolExecutor clock;

    Deadlines() {
        this.clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("davit-docker-deadlines").daemon().factory());
        clock.setRemoveOnCancelPolicy(true);
    }

    /** One deadline, until it is closed. */
    static final class Deadline implements AutoCloseable {
        private final AtomicBoolean passed = new AtomicBoolean();
        private final ScheduledFuture<?> task;

        private Deadline(ScheduledThreadPoolExecutor clock, Duration limit, Runnable end) {
            this.task = clock.schedule(
                    () -> {
                        passed.set(true);
                        end.run();
                    },
                    limit.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        boolean passed() {
            return passed.get();
        }

        @Override
        public void close() {
            task.cancel(false);
        }
    }

    Deadline begin(Duration limit, Runnable end) {
        return new Deadline(clock, limit, end);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
