package io.davit.backend.docker.wire;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * docker-java's transport, on the JDK's unix sockets and virtual threads. The stock ones have no timeout on unix
 * sockets, fail once for each pooled connection after the daemon's restart, and never end the input of a hijacked
 * stream (docker-java issue 1448). Here every call has a limit, whose passing closes the connection; a stale pooled
 * connection is noticed before the first byte of an answer and replaced by a fresh one. Thread-safe.
 */
public final class UnixTransport implements AutoCloseable {
    private static final int POOLED_MAX = 16;
    private static final int BUFFER_BYTES = 32 << 10;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Path socket;
    private final Deadlines deadlines = new Deadlines();
    private final ReentrantLock lock = new ReentrantLock();
    /** The last one put back comes first; guarded by lock. */
    private final Deque<UnixConnection> pool = new ArrayDeque<>();

    public UnixTransport(Path socket) {
        this.socket = socket;
    }

    /** For docker-java. Each call, until its answer was read, must end within {@code limit}. */
    public DockerHttpClient bounded(Duration limit) {
        return new DockerHttpClient() {
            @Override
            public Response execute(Request request) {
                byte @Nullable [] bytes = request.bodyBytes();
                Body body = bytes != null ? new Body(bytes, null) : new Body(null, request.body());
                try {
                    return exchange(
                            new Call(request.method(), request.path(), request.headers(), body, Optional.of(limit)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void close() {
                // The transport is its owner's to close.
            }
        };
    }

    /** What is sent after the headers: bytes, a stream of unknown length, or nothing. */
    record Body(byte @Nullable [] bytes, @Nullable InputStream stream) {
        static final Body NONE = new Body(null, null);

        /** Only then can the call be made a second time. */
        boolean repeatable() {
            return stream == null;
        }
    }

    record Call(String method, String path, Map<String, String> headers, Body body, Optional<Duration> limit) {}

    /**
     * A call of our own.
     *
     * @param json the body; empty sends none
     * @param own its limit, from now until the answer is closed; empty: none
     * @throws SocketTimeoutException after the limit
     */
    public Answer call(String method, String path, String json, Optional<Duration> own) throws IOException {
        Body body = json.isEmpty() ? Body.NONE : new Body(json.getBytes(StandardCharsets.UTF_8), null);
        Map<String, String> headers = json.isEmpty() ? Map.of() : Map.of("Content-Type", "application/json");
        return exchange(new Call(method, path, headers, body, own));
    }

    /** As {@link #call}, for content that is no JSON. */
    public Answer upload(String path, String contentType, byte[] content, Duration own) throws IOException {
        Body body = new Body(content, null);
        return exchange(new Call("POST", path, Map.of("Content-Type", contentType), body, Optional.of(own)));
    }

    /** As {@link #call}, with headers and no body. */
    public Answer post(String path, Map<String, String> headers, Duration own) throws IOException {
        return exchange(new Call("POST", path, headers, Body.NONE, Optional.of(own)));
    }

    /**
     * A connection that carries bytes both ways after the daemon's answer, for as long as both sides want.
     *
     * @param own for the answer alone
     */
    public Hijacked hijack(String path, String json, Duration own) throws IOException {
        UnixConnection connection = UnixConnection.open(socket);
        Map<String, String> headers =
                Map.of("Connection", "Upgrade", "Upgrade", "tcp", "Content-Type", "application/json");
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        try (Deadlines.Deadline deadline = deadlines.begin(own, connection::close)) {
            try {
                send(connection, new Call("POST", path, headers, new Body(body, null), Optional.of(own)));
                return new Hijacked(connection, ResponseHead.read(connection.input()));
            } catch (IOException e) {
                connection.close();
                throw timely(e, deadline, path);
            }
        }
    }

    private Answer exchange(Call call) throws IOException {
        UnixConnection pooled = call.body().repeatable() ? take() : null;
        if (pooled != null) {
            try {
                return exchange(call, pooled);
            } catch (StaleConnection _) {
                // The daemon has closed it, and most likely all others of then: it was restarted.
                purge();
            }
        }
        return exchange(call, UnixConnection.open(socket));
    }

    Deadlines.Deadline deadline(Duration limit, UnixConnection connection) {
        return deadlines.begin(limit, connection::close);
    }

    private Answer exchange(Call call, UnixConnection connection) throws IOException {
        Deadlines.@Nullable Deadline deadline =
                call.limit().map(own -> deadline(own, connection)).orElse(null);
        boolean sent = false;
        try {
            send(connection, call);
            sent = true;
            ResponseHead head = ResponseHead.read(connection.input());
            return new Answer(this, connection, head, call.method().equals("HEAD"), deadline);
        } catch (IOException e) {
            if (deadline != null) deadline.close();
            boolean open = connection.isOpen();
            connection.close();
            // Nothing came back: if the daemon is gone it has not acted, and a fresh connection is asked.
            boolean closedByPeer = open && (!sent || e instanceof EOFException || resets(e));
            if (closedByPeer) throw new StaleConnection(e);
            throw timely(e, deadline, call.path());
        }
    }

    private static boolean resets(IOException e) {
        String text = String.valueOf(e.getMessage());
        return text.contains("reset") || text.contains("Broken pipe");
    }

    private static IOException timely(IOException e, Deadlines.@Nullable Deadline deadline, String path) {
        if (deadline == null || !deadline.passed()) return e;
        SocketTimeoutException late = new SocketTimeoutException("no answer in time to " + path);
        late.initCause(e);
        return late;
    }

    private static void send(UnixConnection connection, Call call) throws IOException {
        StringBuilder head = new StringBuilder(256);
        head.append(call.method()).append(' ').append(call.path()).append(" HTTP/1.1\r\nHost: docker\r\n");
        call.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        byte @Nullable [] bytes = call.body().bytes();
        @Nullable InputStream stream = call.body().stream();
        if (stream != null) head.append("Transfer-Encoding: chunked\r\n");
        else
            head.append("Content-Length: ")
                    .append(bytes == null ? 0 : bytes.length)
                    .append("\r\n");
        head.append("\r\n");
        OutputStream output = connection.output();
        byte[] headBytes = head.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes != null && bytes.length > 0) {
            byte[] both = new byte[headBytes.length + bytes.length];
            System.arraycopy(headBytes, 0, both, 0, headBytes.length);
            System.arraycopy(bytes, 0, both, headBytes.length, bytes.length);
            output.write(both);
        } else {
            output.write(headBytes);
        }
        if (stream != null) sendChunks(output, stream);
    }

    private static void sendChunks(OutputStream output, InputStream stream) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
            if (count == 0) continue;
            output.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            output.write(buffer, 0, count);
            output.write(LINE_END);
        }
        output.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private @Nullable UnixConnection take() {
        lock.lock();
        try {
            return pool.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Puts a connection back whose answer was read to the end. */
    void putBack(UnixConnection connection) {
        lock.lock();
        try {
            if (pool.size() < POOLED_MAX && connection.isOpen()) pool.addFirst(connection);
            else connection.close();
        } finally {
            lock.unlock();
        }
    }

    private void purge() {
        lock.lock();
        try {
            pool.forEach(UnixConnection::close);
            pool.clear();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        purge();
        deadlines.close();
    }

    /** A pooled connection that the daemon had closed. */
    private static final class StaleConnection extends IOException {
        private static final long serialVersionUID = 1L;

        StaleConnection(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    static InputStream nothing() {
        return new ByteArrayInputStream(new byte[0]);
    }
}
