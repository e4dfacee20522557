package io.davit.backend.oci.layers;

import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trees that were taken out of use and only take room, deleted one after the other: a large one takes seconds, for which
 * nobody should have to wait. The thread that does it ends when there is nothing left. Thread-safe.
 */
final class Trash implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Trash.class);

    /** Deletes one tree. */
    @FunctionalInterface
    interface Deletion {
        /**
         * @param stop asked again and again; once it is true the rest may stay
         * @throws Fault if something cannot be deleted
         */
        void run(Path tree, BooleanSupplier stop);
    }

    /** What is to be deleted, and what that frees. */
    record Tree(Path path, long bytes, long inodes) {}

    private final Deletion deletion;

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled when nothing is left to do. Guarded by the lock, as the fields below. */
    private final Condition idle = lock.newCondition();

    private final Deque<Tree> waiting = new ArrayDeque<>();
    /** What could not be deleted, and is still there. */
    private final List<Tree> stuck = new ArrayList<>();

    private Optional<Tree> underWay = Optional.empty();
    private Optional<Thread> thread = Optional.empty();
    private long deleted;
    private volatile boolean closed;

    Trash(Deletion deletion) {
        this.deletion = deletion;
    }

    void add(Tree tree) {
        lock.lock();
        try {
            waiting.add(tree);
            // A platform thread: deleting is one system call after the other, and would keep others off a carrier.
            if (thread.isEmpty() && !closed) {
                thread = Optional.of(Thread.ofPlatform().daemon().name("trash").start(this::empty));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tries again what could not be deleted. */
    void retry() {
        List<Tree> again;
        lock.lock();
        try {
            again = List.copyOf(stuck);
            stuck.clear();
        } finally {
            lock.unlock();
        }
        again.forEach(this::add);
    }

    private void empty() {
        for (Optional<Tree> next = next(); next.isPresent(); next = next()) delete(next.get());
    }

    private Optional<Tree> next() {
        lock.lock();
        try {
            underWay = closed ? Optional.empty() : Optional.ofNullable(waiting.poll());
            if (underWay.isEmpty()) {
                thread = Optional.empty();
                idle.signalAll();
            }
            return underWay;
        } finally {
            lock.unlock();
        }
    }

    private void delete(Tree tree) {
        try {
            deletion.run(tree.path(), () -> closed);
            ended(tree, true);
        } catch (Fault e) {
            LOG.warn("{} takes room that nobody uses, and is tried again later: {}", tree.path(), e.getMessage());
            ended(tree, false);
        }
    }

    private void ended(Tree tree, boolean gone) {
        lock.lock();
        try {
            underWay = Optional.empty();
            if (gone) deleted++;
            else stuck.add(tree);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything was deleted, or was tried in vain; returns whether that was so within the limit. */
    boolean await(Duration limit) {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (thread.isPresent() && left > 0) left = idle.awaitNanos(left);
            return thread.isEmpty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the caller is in a hurry; the deletion goes on without it
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** What is still on the disk, as it was when it was put here. */
    List<Tree> content() {
        lock.lock();
        try {
            List<Tree> all = new ArrayList<>(waiting);
            all.addAll(stuck);
            underWay.ifPresent(all::add);
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Trees deleted so far. */
    long deleted() {
        lock.lock();
        try {
            return deleted;
        } finally {
            lock.unlock();
        }
    }

    /** Breaks off; nothing is touched any more when this returns. What is left is for the next start. */
    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            while (thread.isPresent()) idle.awaitUninterruptibly();
        } finally {
            lock.unlock();
        }
    }
}
