package io.davit.backend.docker.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A connection that has left HTTP: bytes both ways (Engine API, ContainerAttach, "Hijacking"). */
public final class Hijacked implements AutoCloseable {
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int OK = 200;
    private static final int ERROR_BYTES_MAX = 64 << 10;

    private final UnixConnection connection;
    private final ResponseHead head;

    Hijacked(UnixConnection connection, ResponseHead head) {
        this.connection = connection;
        this.head = head;
    }

    /** Whether the daemon has agreed; if not, {@link #refusal} says why. */
    public boolean accepted() {
        return head.status() == SWITCHING_PROTOCOLS || head.status() == OK;
    }

    public int status() {
        return head.status();
    }

    /** The body of a refusal. */
    public String refusal() throws IOException {
        InputStream body = head.chunked()
                ? new ChunkedInput(connection.input())
                : new FixedInput(connection.input(), head.length().orElse(0L));
        return new String(body.readNBytes(ERROR_BYTES_MAX), StandardCharsets.UTF_8);
    }

    public InputStream input() {
        return connection.input();
    }

    public OutputStream output() {
        return connection.output();
    }

    /** The program behind it finds the end of its input; its output goes on. */
    public void endOutput() throws IOException {
        connection.endOutput();
    }

    @Override
    public void close() {
        connection.close();
    }
}
