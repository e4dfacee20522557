package io.davit.core.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Syncs one directory for many writers at once: a sync that begins after a writer's rename covers it, so writers that
 * arrive while one runs share the next.
 */
final class DirectorySync {
    private final Path directory;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition finished = lock.newCondition();
    private long begun;
    private long done;
    private boolean running;

    DirectorySync(Path directory) {
        this.directory = directory;
    }

    /** Returns once a sync that began after this call has ended. */
    void sync() throws IOException {
        lock.lock();
        try {
            long wanted = begun + 1;
            while (done < wanted) {
                if (running) {
                    finished.awaitUninterruptibly();
                } else {
                    lead();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void lead() throws IOException {
        running = true;
        long turn = ++begun;
        lock.unlock();
        boolean synced = false;
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
            synced = true;
        } finally {
            lock.lock();
            running = false;
            if (synced) done = turn;
            finished.signalAll();
        }
    }
}
