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
    private final Thread watcher;
    /** When the read under way began, by System.nanoTime; 0 while none is. */
    private final AtomicLong waitingSince = new AtomicLong();

    private volatile boolean stalled;

    StallGuard(InputStream body, Duration limit) {
        super(body);
        this.limit = limit;
        this.watcher = Thread.ofVirtual().name("stall-guard").start(this::watch);
    }

    private void watch() {
        try {
            // A reader that is busy elsewhere (a full disk buffer, a slow unpacker) is no stall of the registry.
            for (Duration left = limit; left.isPositive(); left = left()) Thread.sleep(left);
            stalled = true;
            in.close();
        } catch (InterruptedException _) {
            // Closed: nothing is left to guard.
        } catch (IOException _) {
            // The reader learns of the stall whether or not closing went well.
        }
    }

    private Duration left() {
        long since = waitingSince.get();
        return since == 0 ? limit : limit.minusNanos(System.nanoTime() - since);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        // The lowest bit, so that it is never the 0 of "none".
        waitingSince.set(System.nanoTime() | 1);
        try {
            int count = in.read(into, offset, length);
            if (count < 0 && stalled) throw stall();
            return count;
        } catch (IOException e) {
            if (stalled) throw stall();
            throw e;
        } finally {
            waitingSince.set(0);
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
