package io.davit.core.query;

import io.davit.core.domain.CpuUsage;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Usage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last sample of each object of one kind. At most one question per object is with the engine at a time, so an engine
 * that hangs gathers no threads. Thread-safe.
 */
final class UsageSamples<I, U extends Usage> {
    private static final Logger LOG = LoggerFactory.getLogger(UsageSamples.class);

    /** Half of the second that crictl stats waits between the two samples it compares. */
    private static final Duration FRESH_MAX = Duration.ofMillis(500);

    private final Clock clock;
    private final Map<I, Sample<U>> last = new ConcurrentHashMap<>();
    private final Map<I, Future<?>> underWay = new ConcurrentHashMap<>();

    /** @param measured empty if the engine knew nothing of the object */
    private record Sample<U extends Usage>(Instant answeredAt, Optional<Measured<U>> measured) {}

    UsageSamples(Clock clock) {
        this.clock = clock;
    }

    /**
     * Asks the engine on a thread of its own, or joins a question that is with it already.
     *
     * @return done when the sample is in, or asking has failed and the log says why; empty if the last sample is fresh
     */
    Optional<Future<?>> refresh(I id, Supplier<Optional<U>> engine) {
        Sample<U> sample = last.get(id);
        if (sample != null && isFresh(sample)) return Optional.empty();
        FutureTask<Void> task = new FutureTask<>(() -> take(id, engine), null);
        Future<?> running = underWay.putIfAbsent(id, task);
        if (running != null) return Optional.of(running);
        Thread.ofVirtual().name("usage-of-" + id).start(task);
        return Optional.of(task);
    }

    private boolean isFresh(Sample<U> sample) {
        Duration age = Duration.between(sample.answeredAt(), clock.instant());
        // Negative after the clock was set back: then nobody knows.
        return !age.isNegative() && age.compareTo(FRESH_MAX) < 0;
    }

    private void take(I id, Supplier<Optional<U>> engine) {
        try {
            Optional<Measured<U>> before = last(id);
            Optional<Measured<U>> now = engine.get().map(usage -> new Measured<>(usage, nanoCores(before, usage)));
            last.put(id, new Sample<>(clock.instant(), now));
        } catch (Fault fault) {
            // The others' statistics must not suffer; the last sample stays, with its true time.
            LOG.warn("no statistics of {}: {}", id, fault.getMessage());
        } catch (RuntimeException bug) {
            LOG.error("no statistics of {}", id, bug);
        } finally {
            underWay.remove(id);
        }
    }

    private static <U extends Usage> OptionalLong nanoCores(Optional<Measured<U>> before, U now) {
        Optional<CpuUsage> first =
                before.flatMap(measured -> measured.usage().resources().cpu());
        Optional<CpuUsage> second = now.resources().cpu();
        if (first.isEmpty() || second.isEmpty()) return OptionalLong.empty();
        long passed = Duration.between(first.get().sampledAt(), second.get().sampledAt())
                .toNanos();
        // The very same sample again: some backends have a rhythm of their own.
        if (passed == 0) return before.orElseThrow().nanoCores();
        long used = second.get().used().minus(first.get().used()).toNanos();
        // A clock that was set back, or a group that was made anew.
        if (passed < 0 || used < 0) return OptionalLong.empty();
        return OptionalLong.of(Math.round(used * (double) Duration.ofSeconds(1).toNanos() / passed));
    }

    /** Whether the engine was ever heard of the object. */
    boolean answered(I id) {
        return last.containsKey(id);
    }

    /** The last sample; empty if there is none, or the engine knew nothing of the object then. */
    Optional<Measured<U>> last(I id) {
        return Optional.ofNullable(last.get(id)).flatMap(Sample::measured);
    }

    /** Forgets all others. */
    void retain(Set<I> ids) {
        last.keySet().retainAll(ids);
    }
}
