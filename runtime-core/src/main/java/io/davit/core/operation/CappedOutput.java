package io.davit.core.operation;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the first bytes of a stream in small pieces and drops the rest, so that the writer is never held up. Streams with
 * the same {@link OutputRoom.Share} keep what they get into it first. Thread-safe.
 */
public final class CappedOutput extends OutputStream {
    private static final int PIECE_BYTES = 16 * 1024;

    private final OutputRoom.Share room;
    private final List<byte[]> pieces = new ArrayList<>();
    private int kept;

    CappedOutput(OutputRoom.Share room) {
        this.room = room;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int from = offset;
        int left = room.take(length);
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

    /** What was kept, in order and not copied: it may be many MiB. Nothing may be written any more. */
    public synchronized List<ByteBuffer> pieces() {
        List<ByteBuffer> all = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            all.add(ByteBuffer.wrap(pieces.get(i), 0, Math.min(PIECE_BYTES, kept - i * PIECE_BYTES)));
        }
        return all;
    }
}
