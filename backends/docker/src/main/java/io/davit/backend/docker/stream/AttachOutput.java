package io.davit.backend.docker.stream;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Stdio;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Output of a container on its way to an attached client. Docker stalls the container, and its log, while anybody who
 * is attached does not read; so a client that holds it up for too long is dropped. What waits for a client is bounded by
 * little, because many clients may be slow at the same time.
 */
final class AttachOutput implements Frames.Sink, AutoCloseable {
    static final int WAITING_BYTES_MAX = 256 << 10;
    /** What a piece costs besides its bytes, so that a container which writes single bytes is bounded as well. */
    private static final int PIECE_COST_BYTES = 64;
    /** A client may hold up the container for so long altogether, and for a twentieth of the time that it is there. */
    private static final Duration STALL_MAX = Duration.ofSeconds(1);

    private static final int STALL_SHARE = 20;
    private static final Duration DRAIN_MAX = Duration.ofSeconds(10);

    private record Piece(OutputStream target, byte[] bytes) {
        private int cost() {
            return bytes.length + PIECE_COST_BYTES;
        }
    }

    private final OutputStream stdout;
    private final OutputStream stderr;
    private final BlockingQueue<Piece> waiting = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(WAITING_BYTES_MAX);
    private final Thread writer;
    private final long begun = System.nanoTime();
    private long stalled;
    private volatile boolean left;
    private volatile boolean ended;

    /** @param whenLeft called once if the client cannot be written to any more */
    AttachOutput(Stdio stdio, Runnable whenLeft) {
        this.stdout = stdio.stdout().orElse(OutputStream.nullOutputStream());
        this.stderr = stdio.stderr().orElse(OutputStream.nullOutputStream());
        this.writer = Thread.ofVirtual().name("docker-attach-output").start(() -> write(whenLeft));
    }

    @Override
    public void stdout(byte[] bytes, int length) throws IOException {
        add(new Piece(stdout, Arrays.copyOf(bytes, length)));
    }

    @Override
    public void stderr(byte[] bytes, int length) throws IOException {
        add(new Piece(stderr, Arrays.copyOf(bytes, length)));
    }

    private void add(Piece piece) throws IOException {
        boolean fits = awaitRoom(piece.cost());
        if (left) throw new Frames.ClientLeft(new IOException("the client has left"));
        if (!fits) {
            writer.interrupt(); // it may be waiting for the client without end
            throw new Fault(new Fault.Kind.Exhausted(
                    "an attachment", "the client reads slower than the output comes, and would hold up the container"));
        }
        waiting.add(piece);
    }

    /** @return false if the client has held up the container for too long */
    private boolean awaitRoom(int bytes) throws IOException {
        if (room.tryAcquire(bytes)) return true;
        long before = System.nanoTime();
        long patience = STALL_MAX.toNanos() + (before - begun) / STALL_SHARE - stalled;
        try {
            return room.tryAcquire(bytes, patience, TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) { // kept as the thread's flag; the caller gets an exception it must handle
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the client did not read");
        } finally {
            stalled += System.nanoTime() - before;
        }
    }

    private void write(Runnable whenLeft) {
        try {
            while (true) {
                Piece piece = waiting.take();
                if (piece.bytes().length == 0) return;
                piece.target().write(piece.bytes());
                piece.target().flush();
                room.release(piece.cost());
            }
        } catch (IOException _) {
            left = true;
            room.release(WAITING_BYTES_MAX); // for whoever waits, and learns that nobody takes it
            if (!ended) whenLeft.run();
        } catch (InterruptedException _) {
            // Dropped, or close() has waited long enough.
        }
    }

    /** Waits a while until the client has all that came. */
    @Override
    public void close() {
        ended = true;
        waiting.add(new Piece(stdout, new byte[0]));
        try {
            if (!writer.join(DRAIN_MAX)) writer.interrupt();
        } catch (InterruptedException _) {
            writer.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
