package io.davit.core.store;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** While somebody asks it for the time, something else happens on another thread, as far as that is let. */
final class MeddlingClock extends Clock {
    private final AtomicReference<Optional<Thread>> next = new AtomicReference<>(Optional.empty());

    /** The next time it is asked. */
    Thread next(Runnable task) {
        Thread thread = Thread.ofPlatform().unstarted(task);
        next.set(Optional.of(thread));
        return thread;
    }

    @Override
    public Instant instant() {
        next.getAndSet(Optional.empty()).ifPresent(thread -> {
            thread.start();
            while (thread.getState() != Thread.State.TERMINATED && thread.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
        });
        return RecordExamples.BORN;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
