package io.davit.core.streaming.flow;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;

/**
 * What a client sends on one stream. The event loop offers and never waits; one thread reads and blocks. The end of the
 * stream is the client's half-close; a client that left is an IOException. An interrupt ends a waiting read with an
 * InterruptedIOException.
 */
public final class InboundPipe extends InputStream {
    /** What a chunk costs besides its bytes, so that a client which sends single bytes is bounded as well. */
    private static final int CHUNK_COST_BYTES = 64;

    private final InboundBudget budget;
    private final Deque<byte[]> chunks = new ArrayDeque<>(); // guarded by this, as all below
    private int offset; // in the first chunk
    private boolean ended;
    private boolean closed;
    private Optional<String> lost = Optional.empty();

    public InboundPipe(InboundBudget budget) {
        this.budget = budget;
    }

    /** Takes a copy of the bytes, unless nobody will read them. */
    public synchronized void offer(ByteBuf bytes) {
        int length = bytes.readableBytes();
        if (length == 0 || ended || closed || lost.isPresent()) return;
        byte[] chunk = new byte[length];
        bytes.readBytes(chunk);
        chunks.addLast(chunk);
        budget.take(length + CHUNK_COST_BYTES);
        notifyAll();
    }

    /** The client sends no more. */
    public synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The client has left: what was not read is void, as nobody can tell whether it is complete. */
    public synchronized void lose(String why) {
        if (lost.isPresent()) return;
        lost = Optional.of(why);
        drop();
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] target, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, target.length);
        if (length == 0) return 0;
        if (!awaitBytes()) return -1;
        byte[] chunk = chunks.getFirst();
        int count = Math.min(length, chunk.length - offset);
        System.arraycopy(chunk, offset, target, from, count);
        offset += count;
        if (offset == chunk.length) dropFirst();
        return count;
    }

    @Override
    public synchronized int available() {
        return chunks.isEmpty() ? 0 : chunks.getFirst().length - offset;
    }

    /** The reader wants no more: what comes is dropped, so that it holds up no other stream of the connection. */
    @Override
    public synchronized void close() {
        closed = true;
        drop();
        notifyAll();
    }

    /** False at the end of the stream. */
    private boolean awaitBytes() throws IOException {
        try {
            while (chunks.isEmpty()) {
                if (lost.isPresent()) throw new IOException(lost.get());
                if (closed) throw new IOException("this stream was closed");
                if (ended) return false;
                wait();
            }
            return true;
        } catch (InterruptedException _) { // kept as the thread's flag; the reader gets an exception it must handle
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the client");
        }
    }

    private void drop() {
        while (!chunks.isEmpty()) {
            dropFirst();
        }
    }

    private void dropFirst() {
        offset = 0;
        budget.give(chunks.removeFirst().length + CHUNK_COST_BYTES);
    }
}
