package io.davit.backend.docker.wire;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** An answer whose body is yet to be read. Closing it early closes the connection, which cancels what is under way. */
public final class Answer implements DockerHttpClient.Response {
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int FIRST_FINAL = 200;

    private final UnixTransport transport;
    private final UnixConnection connection;
    private final ResponseHead head;
    private Deadlines.@Nullable Deadline deadline;
    private final InputStream body;
    private final BooleanSupplier ended;
    private boolean closed;

    Answer(
            UnixTransport transport,
            UnixConnection connection,
            ResponseHead head,
            boolean bodiless,
            Deadlines.@Nullable Deadline deadline)
            throws IOException {
        this.transport = transport;
        this.connection = connection;
        this.head = head;
        this.deadline = deadline;
        boolean empty =
                bodiless || head.status() == NO_CONTENT || head.status() == NOT_MODIFIED || head.status() < FIRST_FINAL;
        if (empty) {
            this.body = UnixTransport.nothing();
            this.ended = () -> true;
        } else if (head.chunked()) {
            ChunkedInput chunks = new ChunkedInput(connection.input());
            this.body = new Timely(chunks);
            this.ended = chunks::ended;
        } else if (head.length().isPresent()) {
            FixedInput fixed = new FixedInput(connection.input(), head.length().get());
            this.body = new Timely(fixed);
            this.ended = fixed::ended;
        } else {
            this.body = new Timely(connection.input());
            this.ended = () -> false;
        }
    }

    @Override
    public int getStatusCode() {
        return head.status();
    }

    @Override
    public Map<String, List<String>> getHeaders() {
        return head.headers();
    }

    @Override
    public InputStream getBody() {
        return body;
    }

    /** The whole body as text; {@code bytesMax} guards against a daemon gone mad. */
    public String text(int bytesMax) throws IOException {
        byte[] bytes = body.readNBytes(bytesMax);
        if (body.read() >= 0) throw new IOException("an answer of more than " + bytesMax + " bytes");
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Something has come: the limit counts from now. For answers that last as long as there is progress. */
    public void renew(Duration limit) {
        if (deadline == null || deadline.passed()) return;
        deadline.close();
        deadline = transport.deadline(limit, connection);
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        if (deadline != null) deadline.close();
        if (ended.getAsBoolean() && !head.closes()) transport.putBack(connection);
        else connection.close();
    }

    /** Says of a read that the deadline has cut off what the reason was. */
    private final class Timely extends InputStream {
        private final InputStream inner;

        Timely(InputStream inner) {
            this.inner = inner;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return inner.read(bytes, offset, length);
            } catch (IOException e) {
                if (deadline == null || !deadline.passed()) throw e;
                SocketTimeoutException late = new SocketTimeoutException("the answer did not end in time");
                late.initCause(e);
                throw late;
            }
        }
    }
}
