package io.davit.backend.docker.stream;

import io.davit.core.domain.Fault;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Output of a container as Docker sends it: with a terminal the bytes as they are, without one in frames of a byte for
 * the stream, three of nothing and four of the length (Engine API, ContainerAttach, "Stream format"). Which of both
 * follows from what we know of the container: the bytes themselves do not tell.
 */
final class Frames {
    private static final int HEAD_BYTES = 8;
    private static final int LENGTH_AT = 4;
    private static final int BUFFER_BYTES = 32 << 10;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int SYSTEM_ERROR = 3;

    private final InputStream input;
    private final boolean terminal;

    /** Takes bytes of one stream; they are its own only during the call. */
    interface Sink {
        void stdout(byte[] bytes, int length) throws IOException;

        void stderr(byte[] bytes, int length) throws IOException;
    }

    /** Whether an IOException came from the client, not from Docker. */
    static final class ClientLeft extends IOException {
        private static final long serialVersionUID = 1L;

        ClientLeft(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    Frames(InputStream input, boolean terminal) {
        this.input = input;
        this.terminal = terminal;
    }

    /** Reads to the end, holding one buffer at a time: who does not take is who slows the container down. */
    void copyTo(Sink sink) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        if (terminal) {
            for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) sink.stdout(buffer, count);
            return;
        }
        byte[] head = new byte[HEAD_BYTES];
        while (true) {
            int count = input.readNBytes(head, 0, HEAD_BYTES);
            if (count == 0) return;
            if (count < HEAD_BYTES) throw new EOFException("Docker closed the stream inside a frame");
            copyFrame(head[0], length(head), buffer, sink);
        }
    }

    private static long length(byte[] head) {
        long length = 0;
        for (int i = LENGTH_AT; i < HEAD_BYTES; i++) length = (length << 8) | (head[i] & 0xff);
        return length;
    }

    private void copyFrame(int stream, long length, byte[] buffer, Sink sink) throws IOException {
        long left = length;
        while (left > 0) {
            int count = input.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) throw new EOFException("Docker closed the stream inside a frame");
            left -= count;
            switch (stream) {
                case STDOUT -> sink.stdout(buffer, count);
                case STDERR -> sink.stderr(buffer, count);
                case SYSTEM_ERROR ->
                    throw Fault.failed(
                            "read the output of a container", new String(buffer, 0, count, StandardCharsets.UTF_8));
                default -> {
                    // Standard input, echoed by old daemons.
                }
            }
        }
    }
}
