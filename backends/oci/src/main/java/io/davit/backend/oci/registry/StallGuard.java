package io.davit.backend.oci.registry;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ends a body that has stopped moving: closes the stream from another thread when no byte has come for a while, because
 * the JDK's client knows no such limit. The reader then gets an {@link IOException} that says so.
 */
final class StallGuard extends FilterInputStream {
    private final Duration limit;
    private final AtomicLong reads = new AtomicLong();
    private final Thread watcher;
    private volatile boolean waiting;
    private volatile boolean stalled;

    StallGuard(InputStream body, Duration limit) {
        super(body);
        this.limit = limit;
        this.watcher = Thread.ofVirtual().name("stall-guard").start(this::watch);
    }

    private void watch() {
        try {
            long seen = -1;
            while (true) {
                long now = reads.get();
                // A reader that is busy elsewhere (a full disk buffer, a slow unpacker) is no stall of the registry.
                if (waiting && now == seen) break;
                seen = now;
                Thread.sleep(limit);
            }
            stalled = true;
            in.close();
        } catch (InterruptedException _) {
            // Closed: nothing is left to guard.
        } catch (IOException _) {
            // The reader learns of the stall whether or not closing went well.
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        waiting = true;
        try {
            int count = in.read(into, offset, length);
            if (count < 0 && stalled) throw stall();
            return count;
        } catch (IOException e) {
            if (stalled) throw stall();
            throw e;
        } finally {
            reads.incrementAndGet();
            waiting = false;
        }
    }

    private IOException stall() {
        return new IOException("no byte came for " + limit.toSeconds() + " s");
    }

    @Override
    public void close() throws IOException {
        watcher.interrupt();
        Closeable body = in;
        body.close();
    }
}
