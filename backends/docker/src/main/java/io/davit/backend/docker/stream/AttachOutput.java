package io.davit.backend.docker.stream;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Stdio;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Output of a container on its way to an attached client. Docker stalls the container, and its log, while anybody who
 * is attached does not read; so it is read here always, and a client that falls too far behind is dropped.
 */
final class AttachOutput implements Frames.Sink, AutoCloseable {
    private static final long WAITING_BYTES_MAX = 8 << 20;
    private static final Duration DRAIN_MAX = Duration.ofSeconds(10);

    private record Piece(OutputStream target, byte[] bytes) {}

    private final OutputStream stdout;
    private final OutputStream stderr;
    private final BlockingQueue<Piece> waiting = new LinkedBlockingQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Thread writer;
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
        add(stdout, bytes, length);
    }

    @Override
    public void stderr(byte[] bytes, int length) throws IOException {
        add(stderr, bytes, length);
    }

    private void add(OutputStream target, byte[] bytes, int length) throws IOException {
        if (left) throw new Frames.ClientLeft(new IOException("the client has left"));
        if (waitingBytes.addAndGet(length) > WAITING_BYTES_MAX) {
            throw Fault.failed(
                    "send output to an attached client",
                    "it is " + WAITING_BYTES_MAX + " bytes behind and was dropped, so that the container goes on");
        }
        waiting.add(new Piece(target, Arrays.copyOf(bytes, length)));
    }

    private void write(Runnable whenLeft) {
        try {
            while (true) {
                Piece piece = waiting.take();
                if (piece.bytes().length == 0) return;
                piece.target().write(piece.bytes());
                piece.target().flush();
                waitingBytes.addAndGet(-piece.bytes().length);
            }
        } catch (IOException _) {
            left = true;
            if (!ended) whenLeft.run();
        } catch (InterruptedException _) {
            // close() has waited long enough
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
