package io.davit.backend.oci.tar;

import java.io.IOException;
import java.io.InputStream;

/** The archive as a row of blocks and runs of bytes, read through one buffer. */
final class ArchiveBytes {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;

    ArchiveBytes(InputStream in) {
        this.in = in;
    }

    /** The next block; an empty array at the end of the stream. */
    byte[] block() throws IOException {
        byte[] block = new byte[Header.BLOCK_BYTES];
        int filled = 0;
        while (filled < block.length) {
            int count = read(block, filled, block.length - filled);
            if (count < 0) {
                if (filled == 0) return new byte[0];
                throw cutOff();
            }
            filled += count;
        }
        return block;
    }

    byte[] exactly(int count) throws IOException {
        byte[] bytes = new byte[count];
        int filled = 0;
        while (filled < count) {
            int read = read(bytes, filled, count - filled);
            if (read < 0) throw cutOff();
            filled += read;
        }
        return bytes;
    }

    /** As InputStream does it. */
    int read(byte[] into, int offset, int length) throws IOException {
        if (at == end) {
            if (length >= BUFFER_BYTES) return in.read(into, offset, length);
            at = 0;
            end = Math.max(0, in.read(buffer, 0, BUFFER_BYTES));
            if (end == 0) return -1;
        }
        int count = Math.min(length, end - at);
        System.arraycopy(buffer, at, into, offset, count);
        at += count;
        return count;
    }

    void skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            if (at == end) {
                at = 0;
                end = Math.max(0, in.read(buffer, 0, BUFFER_BYTES));
                if (end == 0) throw cutOff();
            }
            int step = (int) Math.min(left, end - at);
            at += step;
            left -= step;
        }
    }

    /** Reads the rest, which means nothing but belongs to the digest. */
    void drain() throws IOException {
        do {
            at = 0;
            end = in.read(buffer, 0, BUFFER_BYTES);
        } while (end > 0);
        end = 0;
    }

    static TarFormatException cutOff() {
        return new TarFormatException("the archive ends in the middle of a member");
    }
}
