package io.davit.backend.oci.exec;

import io.davit.core.spi.Stdio;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Output on its way from the thread that reads it from the process to the one that gives it to the client. */
final class OutputQueue {
    /** Of at most 32 KiB each. */
    private static final int CHUNKS_MAX = 64;

    private static final long LOOK_AGAIN_MILLIS = 50;

    private final BlockingQueue<Optional<Chunk>> queue = new ArrayBlockingQueue<>(CHUNKS_MAX);
    private volatile boolean abandoned;

    /** A piece of an output. */
    record Chunk(boolean stderr, byte[] bytes) {}

    /** Waits for room, which slows the process down to what its client takes; gives up when the client has left. */
    void put(Chunk chunk) {
        add(Optional.of(chunk));
    }

    /** @return false if there is no room */
    boolean offer(Chunk chunk) {
        return queue.offer(Optional.of(chunk));
    }

    /** Nothing comes any more. */
    void end() {
        add(Optional.empty());
    }

    private void add(Optional<Chunk> item) {
        boolean interrupted = false;
        while (!abandoned) {
            try {
                if (queue.offer(item, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** Nobody takes anything any more. */
    void abandon() {
        abandoned = true;
    }

    /**
     * Gives everything to the client until the end.
     *
     * @throws IOException if the client has left
     */
    void copyTo(Stdio stdio) throws IOException, InterruptedException {
        while (true) {
            Optional<Chunk> next = queue.take();
            if (next.isEmpty()) return;
            Optional<OutputStream> target = next.get().stderr() ? stdio.stderr() : stdio.stdout();
            if (target.isEmpty()) continue;
            target.get().write(next.get().bytes());
            target.get().flush();
        }
    }
}
