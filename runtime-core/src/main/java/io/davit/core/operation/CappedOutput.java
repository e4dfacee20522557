package io.davit.core.operation;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the first bytes of a stream in small pieces and drops the rest, so that the writer is never held up. Streams that
 * share a {@link Room} keep what they get into it first. Thread-safe.
 */
public final class CappedOutput extends OutputStream {
    private static final int PIECE_BYTES = 16 * 1024;

    private final Room room;
    private final List<byte[]> pieces = new ArrayList<>();
    private int kept;

    /** How many bytes may still be kept. */
    static final class Room {
        private int left;

        Room(int bytesMax) {
            left = bytesMax;
        }

        private synchronized int take(int wanted) {
            int taken = Math.min(wanted, left);
            left -= taken;
            return taken;
        }
    }

    CappedOutput(Room room) {
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
