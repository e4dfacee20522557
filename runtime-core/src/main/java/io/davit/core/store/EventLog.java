package io.davit.core.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells every subscriber of every event from its subscription on, in order. A subscriber that falls too far behind is
 * cut off, and told so, rather than left with a gap it does not know of.
 */
public final class EventLog {
    private static final int QUEUE_EVENTS_MAX = 4096;

    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    /** One client's queue; used by one thread. */
    public final class Subscription implements AutoCloseable {
        private final BlockingQueue<NodeEvent> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS_MAX);
        private volatile boolean overrun;

        private Subscription() {}

        /** Waits for the next event; empty once this subscriber was too slow and has lost events. */
        public Optional<NodeEvent> next() throws InterruptedException {
            if (overrun) return Optional.empty();
            NodeEvent event = queue.take();
            return overrun ? Optional.empty() : Optional.of(event);
        }

        private void offer(NodeEvent event) {
            if (!queue.offer(event)) {
                overrun = true;
                subscriptions.remove(this);
            }
        }

        @Override
        public void close() {
            subscriptions.remove(this);
        }
    }

    public Subscription subscribe() {
        Subscription subscription = new Subscription();
        subscriptions.add(subscription);
        return subscription;
    }

    void publish(NodeEvent event) {
        subscriptions.forEach(subscription -> subscription.offer(event));
    }

    boolean hasSubscribers() {
        return !subscriptions.isEmpty();
    }
}
