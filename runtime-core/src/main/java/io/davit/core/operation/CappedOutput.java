package io.davit.core.operation;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Keeps the first bytes of a stream in small pieces and drops the rest, so that the writer is never held up. */
public final class CappedOutput extends OutputStream {
    private static final int PIECE_BYTES = 16 * 1024;

    private final int bytesMax;
    private final List<byte[]> pieces = new ArrayList<>();
    private int kept;

    CappedOutput(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int from = offset;
        int left = Math.min(length, bytesMax - kept);
        while (left > 0) {
            int at = kept % PIECE_BYTES;
            if (at == 0) pieces.add(new byte[PIECE_BYTES]);
            int count = Math.min(left, PIECE_BYTES - at);
            System.arraycopy(bytes, from, pieces.getLast(), at, count);
            kept += count;
            from += count;
            left -= count;
        }
    }

    /** What was kept. */
    public synchronized byte[] toByteArray() {
        byte[] all = new byte[kept];
        for (int i = 0; i < pieces.size(); i++) {
            int from = i * PIECE_BYTES;
            System.arraycopy(pieces.get(i), 0, all, from, Math.min(PIECE_BYTES, kept - from));
        }
        return all;
    }
}
