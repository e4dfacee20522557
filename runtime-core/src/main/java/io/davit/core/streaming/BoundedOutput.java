package io.davit.core.streaming;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Keeps the beginning of an output, up to a limit, and takes the rest for nothing, so that a process that prints more is
 * neither stopped nor believed to fail. Memory grows with what is kept. Safe for any thread.
 */
public final class BoundedOutput extends OutputStream {
    /** What ExecSync keeps of each stream; gRPC messages of the CRI are bounded alike. */
    public static final int EXEC_SYNC_OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

    private static final int FIRST_CHUNK_BYTES = 4 * 1024;
    private static final int CHUNK_BYTES_MAX = 1024 * 1024;

    private final int bytesMax;
    private final List<byte[]> chunks = new ArrayList<>(); // guarded by this; all full but the last
    private int used; // guarded by this; bytes of the last chunk
    private int size; // guarded by this
    private boolean truncated; // guarded by this

    public BoundedOutput(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] source, int from, int length) {
        Objects.checkFromIndexSize(from, length, source.length);
        int kept = Math.min(length, bytesMax - size);
        truncated |= kept < length;
        int end = from + kept;
        for (int at = from; at < end; ) {
            byte[] chunk = chunkWithRoom();
            int count = Math.min(end - at, chunk.length - used);
            System.arraycopy(source, at, chunk, used, count);
            at += count;
            used += count;
            size += count;
        }
    }

    /** What was kept. */
    public synchronized byte[] bytes() {
        byte[] all = new byte[size];
        int at = 0;
        for (byte[] chunk : chunks) {
            int count = Math.min(chunk.length, size - at);
            System.arraycopy(chunk, 0, all, at, count);
            at += count;
        }
        return all;
    }

    /** True if something was dropped. */
    public synchronized boolean isTruncated() {
        return truncated;
    }

    private byte[] chunkWithRoom() {
        if (chunks.isEmpty() || used == chunks.getLast().length) {
            int wanted = Math.clamp(size, FIRST_CHUNK_BYTES, CHUNK_BYTES_MAX); // as much again as there is
            chunks.addLast(new byte[Math.min(wanted, bytesMax - size)]);
            used = 0;
        }
        return chunks.getLast();
    }
}
