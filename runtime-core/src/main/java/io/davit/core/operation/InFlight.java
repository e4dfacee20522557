package io.davit.core.operation;

import io.davit.core.domain.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Calls under way, by what they are about. A call that repeats one under way waits for that one's answer; an answer
 * nobody was there to take is kept for the retry (cri-semantics 0.5). The work runs on a virtual thread of its own, so
 * that a client that leaves takes nothing with it.
 *
 * @param <K> what makes two calls the same
 * @param <V> the answer
 */
final class InFlight<K, V> {
    /** What becomes of work that no client waits for any more. */
    enum WhenAbandoned {
        FINISH,
        INTERRUPT
    }

    /** The work of one call. */
    @FunctionalInterface
    interface Work<V> {
        V run(Stage stage);
    }

    /** Where the work is; named to those who wait too long. */
    static final class Stage {
        private volatile String name = "begun";

        void enter(String next) {
            name = next;
        }
    }

    /** A client whose deadline is near hears of the stage rather than of a bare deadline. */
    private static final Duration ANSWER_BEFORE_DEADLINE = Duration.ofMillis(100);

    private final String what;
    private final WhenAbandoned whenAbandoned;
    private final Predicate<V> usable;
    private final InstantSource clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, Call> calls = new HashMap<>();
    private final Map<K, V> unclaimed = new HashMap<>();

    /** Guarded by {@link #lock}, but for the stage. */
    private final class Call {
        final Stage stage = new Stage();
        final Instant begun = clock.instant();
        final Condition changed = lock.newCondition();
        int waiting;
        Optional<V> answer = Optional.empty();
        Optional<RuntimeException> failure = Optional.empty();
        Optional<Thread> worker = Optional.empty();

        boolean ended() {
            return answer.isPresent() || failure.isPresent();
        }
    }

    /** @param usable whether an answer that nobody took is still good; quick and without locks */
    InFlight(String what, WhenAbandoned whenAbandoned, Predicate<V> usable, InstantSource clock) {
        this.what = what;
        this.whenAbandoned = whenAbandoned;
        this.usable = usable;
        this.clock = clock;
    }

    /**
     * The answer of the call under way for {@code key}, or of {@code work}.
     *
     * @throws Fault what the work threw; Cancelled when this caller has left; TimedOut shortly before its deadline
     */
    V call(K key, Caller caller, Work<V> work) {
        lock.lock();
        try {
            V kept = unclaimed.remove(key);
            if (kept != null && usable.test(kept)) return kept;
            Call call = calls.get(key);
            if (call == null) call = begin(key, work);
            return await(key, call, caller);
        } finally {
            lock.unlock();
        }
    }

    private Call begin(K key, Work<V> work) {
        Call call = new Call();
        calls.put(key, call);
        call.worker = Optional.of(Thread.ofVirtual().name(what).start(() -> run(key, call, work)));
        return call;
    }

    private void run(K key, Call call, Work<V> work) {
        Optional<V> answer = Optional.empty();
        Optional<RuntimeException> failure = Optional.empty();
        try {
            answer = Optional.of(work.run(call.stage));
        } catch (RuntimeException e) {
            failure = Optional.of(e);
        } catch (Error e) {
            failure = Optional.of(new IllegalStateException(what + " met an error", e));
        }
        lock.lock();
        try {
            calls.remove(key, call);
            call.answer = answer;
            call.failure = failure;
            unclaimed.values().removeIf(usable.negate());
            if (call.waiting == 0 && whenAbandoned == WhenAbandoned.FINISH) {
                answer.ifPresent(value -> unclaimed.put(key, value));
            }
            call.changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private V await(K key, Call call, Caller caller) {
        caller.whenGone(() -> wake(call));
        call.waiting++;
        try {
            while (!call.ended()) {
                if (caller.gone()) throw new Fault(new Fault.Kind.Cancelled(what));
                waitForChange(call, caller);
            }
        } finally {
            call.waiting--;
            abandonIfAlone(key, call);
        }
        if (call.failure.isPresent()) throw call.failure.get();
        return call.answer.orElseThrow();
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is in await()
    private void waitForChange(Call call, Caller caller) {
        Optional<Duration> patience = caller.remaining().map(left -> left.minus(ANSWER_BEFORE_DEADLINE));
        try {
            if (patience.isEmpty()) call.changed.await();
            else if (!patience.get().isPositive()) throw tooLong(call);
            else if (!call.changed.await(patience.get().toNanos(), TimeUnit.NANOSECONDS)) throw tooLong(call);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled(what), e);
        }
    }

    private Fault tooLong(Call call) {
        String text = what + " (still at: " + call.stage.name + "; it goes on, try again)";
        return new Fault(new Fault.Kind.TimedOut(text, Duration.between(call.begun, clock.instant())));
    }

    private void abandonIfAlone(K key, Call call) {
        if (call.waiting > 0 || call.ended() || whenAbandoned == WhenAbandoned.FINISH) return;
        calls.remove(key, call);
        call.worker.ifPresent(Thread::interrupt);
    }

    private void wake(Call call) {
        lock.lock();
        try {
            call.changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
