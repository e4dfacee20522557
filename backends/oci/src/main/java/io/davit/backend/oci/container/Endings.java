package io.davit.backend.oci.container;

import io.davit.core.domain.ContainerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where stops wait for the end of their containers, and learn that another stop wants it sooner. The deadline of a
 * container is the earliest of all its stops under way.
 */
public final class Endings {
    /** A protocol's number of seconds can be longer than nanoTime can count. */
    private static final Duration GRACE_MAX = Duration.ofDays(365);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by lock. */
    private final Map<ContainerId, Stops> stops = new HashMap<>();
    /** Guarded by lock; grows with every change, so that none is missed between looking and waiting. */
    private long changes;

    /** @param deadline as System.nanoTime */
    private record Stops(long deadline, int count) {}

    /** A stop begins; to be closed when it returns. */
    Stop begin(ContainerId id, Duration grace) {
        long nanos = (grace.compareTo(GRACE_MAX) < 0 ? grace : GRACE_MAX).toNanos();
        long deadline = System.nanoTime() + nanos;
        lock.lock();
        try {
            stops.merge(
                    id,
                    new Stops(deadline, 1),
                    (old, _) -> old.deadline() - deadline <= 0
                            ? new Stops(old.deadline(), old.count() + 1)
                            : new Stops(deadline, old.count() + 1));
            changedNow();
        } finally {
            lock.unlock();
        }
        return new Stop(id);
    }

    /** Something has ended. */
    void signal() {
        lock.lock();
        try {
            changedNow();
        } finally {
            lock.unlock();
        }
    }

    private void changedNow() {
        changes++;
        changed.signalAll();
    }

    /** One stop under way. */
    final class Stop implements AutoCloseable {
        private final ContainerId id;

        private Stop(ContainerId id) {
            this.id = id;
        }

        /** Time left until the earliest deadline; not positive: kill now. */
        Duration left() {
            lock.lock();
            try {
                Stops mine = stops.get(id);
                return mine == null ? Duration.ZERO : Duration.ofNanos(mine.deadline() - System.nanoTime());
            } finally {
                lock.unlock();
            }
        }

        /** To be taken before looking, and given to {@link #await}. */
        long changes() {
            lock.lock();
            try {
                return changes;
            } finally {
                lock.unlock();
            }
        }

        /** Waits until something changed after {@code seen}, or the time is over. */
        void await(long seen, Duration most) throws InterruptedException {
            long left = most.toNanos();
            lock.lock();
            try {
                while (changes == seen && left > 0) {
                    left = changed.awaitNanos(left);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                Stops mine = stops.remove(id);
                if (mine != null && mine.count() > 1) stops.put(id, new Stops(mine.deadline(), mine.count() - 1));
            } finally {
                lock.unlock();
            }
        }
    }
}
