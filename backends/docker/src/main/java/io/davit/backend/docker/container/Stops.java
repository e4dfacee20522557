package io.davit.backend.docker.container;

import io.davit.core.domain.ContainerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Stops under way: the deadline of a container is the earliest of all its stops, and each hears when it changes. */
final class Stops {
    /** A protocol's number of seconds can be longer than nanoTime can count. */
    private static final Duration GRACE_MAX = Duration.ofDays(365);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by lock. */
    private final Map<ContainerId, Deadline> deadlines = new HashMap<>();

    /** @param nanos as System.nanoTime */
    private record Deadline(long nanos, int stops) {}

    /** A stop begins; to be closed when it returns. */
    Stop begin(ContainerId id, Duration grace) {
        long nanos = System.nanoTime() + (grace.compareTo(GRACE_MAX) < 0 ? grace : GRACE_MAX).toNanos();
        lock.lock();
        try {
            deadlines.merge(
                    id,
                    new Deadline(nanos, 1),
                    (old, _) -> new Deadline(old.nanos() - nanos <= 0 ? old.nanos() : nanos, old.stops() + 1));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return new Stop(id);
    }

    /** One stop under way. */
    final class Stop implements AutoCloseable {
        private final ContainerId id;

        private Stop(ContainerId id) {
            this.id = id;
        }

        /**
         * Waits a while, at most until the deadline.
         *
         * @return false if the deadline has come
         */
        boolean await(Duration most) throws InterruptedException {
            lock.lock();
            try {
                long end = System.nanoTime() + most.toNanos();
                // Another stop may have made the deadline an earlier one meanwhile.
                for (long left = left(); left > 0; left = left()) {
                    long pause = Math.min(left, end - System.nanoTime());
                    if (pause <= 0) return true;
                    boolean _ = changed.awaitNanos(pause) > 0;
                }
                return false;
            } finally {
                lock.unlock();
            }
        }

        private long left() {
            Deadline deadline = deadlines.get(id);
            return deadline == null ? 0 : deadline.nanos() - System.nanoTime();
        }

        @Override
        public void close() {
            lock.lock();
            try {
                Deadline deadline = deadlines.remove(id);
                if (deadline != null && deadline.stops() > 1) {
                    deadlines.put(id, new Deadline(deadline.nanos(), deadline.stops() - 1));
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
