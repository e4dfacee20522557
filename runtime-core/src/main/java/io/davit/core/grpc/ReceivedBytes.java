package io.davit.core.grpc;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Messages of a call as one stream of bytes. {@link #add} waits while much is unread, and with it the call: grpc-java
 * asks for the next message when one has been handled. One thread reads, another adds.
 */
final class ReceivedBytes extends InputStream {
    private static final int MESSAGES_MAX = 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteString> unread = new ArrayDeque<>();
    private int position;
    private boolean ended;
    private boolean broken;
    private boolean closed;

    /** The next bytes. */
    void add(ByteString data) {
        lock.lock();
        try {
            while (unread.size() >= MESSAGES_MAX && !closed && !broken) changed.awaitUninterruptibly();
            if (!closed && !data.isEmpty()) unread.add(data);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No more will come. */
    void end() {
        finish(false);
    }

    /** The rest will not come: reading fails. */
    void breakOff() {
        finish(true);
    }

    private void finish(boolean early) {
        lock.lock();
        try {
            ended = true;
            broken |= early;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        lock.lock();
        try {
            while (unread.isEmpty() && !ended) changed.awaitUninterruptibly();
            if (broken) throw new IOException("the client has left");
            if (unread.isEmpty()) return -1;
            ByteString first = unread.getFirst();
            int count = Math.min(length, first.size() - position);
            first.substring(position, position + count).copyTo(into, offset);
            position += count;
            if (position == first.size()) {
                unread.removeFirst();
                position = 0;
                changed.signalAll();
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** 0 at the end only: decompressors take that for "no further part". */
    @Override
    public int available() {
        lock.lock();
        try {
            return ended && unread.isEmpty() ? 0 : 1;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            unread.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
