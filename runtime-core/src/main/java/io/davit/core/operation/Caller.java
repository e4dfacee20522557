package io.davit.core.operation;

import java.time.Duration;
import java.util.Optional;

/** Who waits for an operation's answer. */
public interface Caller {
    /** Nobody who could leave: davit itself. */
    Caller DAVIT = new Caller() {
        @Override
        public boolean gone() {
            return false;
        }

        @Override
        public Optional<Duration> remaining() {
            return Optional.empty();
        }

        @Override
        public void whenGone(Runnable action) {}
    };

    /** True once the client has cancelled the call or its deadline has passed. */
    boolean gone();

    /** Time to the client's deadline, if it set one. */
    Optional<Duration> remaining();

    /**
     * Runs {@code action} once, when the client leaves or has got its answer; at once if that was before. May run on any
     * thread.
     */
    void whenGone(Runnable action);
}
