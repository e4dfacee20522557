package io.davit.backend.oci.exec;

import io.davit.core.spi.Stdio;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Output on its way from the thread that reads it from the process to the one that gives it to the client. Bounded in
 * bytes, because hundreds of clients may be slow at the same time.
 */
final class OutputQueue {
    /** What a piece costs besides its bytes, so that a process which writes single bytes is bounded as well. */
    private static final int CHUNK_COST_BYTES = 64;

    private final int bytesMax;
    private final Deque<Chunk> chunks = new ArrayDeque<>(); // guarded by this, as all below
    private int bytes;
    private boolean ended;
    private boolean abandoned;

    OutputQueue(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** A piece of an output. */
    record Chunk(boolean stderr, byte[] bytes) {
        private int cost() {
            return bytes.length + CHUNK_COST_BYTES;
        }
    }

    /** Waits for room, which slows the process down to what its client takes; gives up when the client has left. */
    synchronized void put(Chunk chunk) {
        boolean interrupted = false;
        while (!abandoned && !hasRoom(chunk)) {
            try {
                wait();
            } catch (InterruptedException _) {
                interrupted = true; // whoever reads from the process goes on until its end
            }
        }
        if (!abandoned) add(chunk);
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** @return false if there is no room within the limit, or the thread was interrupted while it waited */
    synchronized boolean offer(Chunk chunk, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!abandoned && !hasRoom(chunk)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) return false;
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
        if (!abandoned) add(chunk);
        return true;
    }

    /** Nothing comes any more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Nobody takes anything any more: what is there is dropped, and what comes. */
    synchronized void abandon() {
        abandoned = true;
        chunks.clear();
        bytes = 0;
        notifyAll();
    }

    /**
     * Gives everything to the client until the end.
     *
     * @throws IOException if the client has left
     */
    void copyTo(Stdio stdio) throws IOException, InterruptedException {
        for (Optional<Chunk> next = take(); next.isPresent(); next = take()) {
            Optional<OutputStream> target = next.get().stderr() ? stdio.stderr() : stdio.stdout();
            if (target.isEmpty()) continue;
            target.get().write(next.get().bytes());
            target.get().flush();
        }
    }

    private synchronized Optional<Chunk> take() throws InterruptedException {
        while (chunks.isEmpty() && !ended && !abandoned) {
            wait();
        }
        Optional<Chunk> first = Optional.ofNullable(chunks.pollFirst());
        first.ifPresent(chunk -> bytes -= chunk.cost());
        notifyAll();
        return first;
    }

    // One piece is taken whatever its size.
    private boolean hasRoom(Chunk chunk) {
        return chunks.isEmpty() || bytes + chunk.cost() <= bytesMax;
    }

    private void add(Chunk chunk) {
        chunks.addLast(chunk);
        bytes += chunk.cost();
        notifyAll();
    }
}
