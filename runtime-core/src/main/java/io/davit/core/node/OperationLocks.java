package io.davit.core.node;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Locks by id, made on first use and forgotten after the last. Fair, so that a removal does not starve.
 *
 * @param <I> the id
 */
public final class OperationLocks<I> {
    private final Map<I, Entry> entries = new HashMap<>();

    /** A lock that is held until it is closed. */
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Entry {
        final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
        int users;
    }

    /** Waits until nobody owns the object; others may share it meanwhile. */
    public Held share(I id) {
        Entry entry = enter(id);
        return hold(id, entry, entry.lock.readLock());
    }

    /** Waits until nobody else owns or shares the object. */
    public Held own(I id) {
        Entry entry = enter(id);
        return hold(id, entry, entry.lock.writeLock());
    }

    private Held hold(I id, Entry entry, Lock lock) {
        lock.lock();
        return () -> {
            lock.unlock();
            leave(id, entry);
        };
    }

    private synchronized Entry enter(I id) {
        Entry entry = entries.computeIfAbsent(id, _ -> new Entry());
        entry.users++;
        return entry;
    }

    private synchronized void leave(I id, Entry entry) {
        if (--entry.users == 0) entries.remove(id);
    }
}
