package io.davit.backend.docker.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A body in chunks (RFC 9112, 7.1). Returns what is there: a line of an endless stream is not held back. */
final class ChunkedInput extends InputStream {
    private static final int SIZE_CHARS_MAX = 1024;

    private final InputStream input;
    private long left;
    private boolean begun;
    private boolean ended;

    ChunkedInput(InputStream input) {
        this.input = input;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (left == 0 && !ended) nextChunk();
        if (ended) return -1;
        int count = input.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) throw new EOFException("the daemon closed the connection inside an answer");
        left -= count;
        return count;
    }

    private void nextChunk() throws IOException {
        if (begun) line();
        begun = true;
        String size = line();
        int semicolon = size.indexOf(';');
        try {
            left = Long.parseLong(semicolon < 0 ? size : size.substring(0, semicolon), 16);
        } catch (NumberFormatException e) {
            throw new IOException("no size of a chunk: " + size, e);
        }
        if (left > 0) return;
        ended = true;
        while (!line().isEmpty()) {
            // trailers, which the daemon does not send
        }
    }

    private String line() throws IOException {
        byte[] line = new byte[SIZE_CHARS_MAX];
        for (int count = 0; count < line.length; count++) {
            int next = input.read();
            if (next < 0) throw new EOFException("the daemon closed the connection inside an answer");
            if (next == '\n') {
                return new String(line, 0, count, StandardCharsets.US_ASCII).strip();
            }
            line[count] = (byte) next;
        }
        throw new IOException("the head of a chunk is longer than " + SIZE_CHARS_MAX + " bytes");
    }

    /** Whether the last chunk was read, so that the connection can carry another request. */
    boolean ended() {
        return ended;
    }
}
