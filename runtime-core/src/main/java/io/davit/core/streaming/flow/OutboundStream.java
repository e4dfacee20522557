package io.davit.core.streaming.flow;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;

/**
 * What a client gets on one stream. A write returns when the bytes are on their way to the socket, so it blocks while
 * the client does not read; it fails with an IOException when the client has left, and with an InterruptedIOException
 * when the thread is interrupted. {@link #close} is what the client sees as the end of the stream. Safe for any thread.
 */
public final class OutboundStream extends OutputStream {
    private static final int CHUNK_BYTES_MAX = 32 * 1024;

    private final OutboundWindow window;
    private final Framing framing;
    private boolean closed; // guarded by this, together with the order of frames: none comes after the end

    public OutboundStream(OutboundWindow window, Framing framing) {
        this.window = window;
        this.framing = framing;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, source.length);
        int end = from + length;
        for (int at = from; at < end; at += CHUNK_BYTES_MAX) {
            writeChunk(source, at, Math.min(CHUNK_BYTES_MAX, end - at));
        }
    }

    /**
     * Writes a few bytes at the end of all, for which a client that does not read is not waited for without end.
     *
     * @throws IOException also if the client has taken nothing within the limit
     */
    public void writeLast(byte[] source, Duration limit) throws IOException {
        int length = Math.min(source.length, CHUNK_BYTES_MAX);
        if (!window.reserve(length, limit)) throw new IOException("the client reads nothing");
        sendReserved(source, 0, length);
    }

    /** Tells the client that no more will come; a later write fails. Never blocks. */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        framing.end().ifPresent(window::control);
    }

    /** Ends the stream without a word to the client, who has left or was told otherwise. */
    synchronized void lose() {
        closed = true;
    }

    private void writeChunk(byte[] source, int from, int length) throws IOException {
        window.reserve(length);
        sendReserved(source, from, length);
    }

    private void sendReserved(byte[] source, int from, int length) throws IOException {
        boolean sent = false;
        try {
            send(source, from, length);
            sent = true;
        } finally {
            if (!sent) window.cancel(length);
        }
    }

    private synchronized void send(byte[] source, int from, int length) throws IOException {
        if (closed || !window.channel().isActive()) throw new IOException("the client has left this stream");
        window.send(framing.data(window.channel().alloc(), source, from, length), length);
    }
}
