package io.davit.core.boot;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what was opened, in reverse, each even if another fails. Closing a second time does nothing. */
final class Closing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private final Deque<Runnable> steps = new ArrayDeque<>();

    synchronized void add(Runnable step) {
        steps.push(step);
    }

    /** Everything that {@code other} would have closed is now this one's to close. */
    synchronized void takeFrom(Closing other) {
        synchronized (other) {
            other.steps.descendingIterator().forEachRemaining(steps::push);
            other.steps.clear();
        }
    }

    @Override
    public synchronized void close() {
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (RuntimeException e) {
                LOG.warn("one part could not be closed", e);
            }
        }
    }
}
