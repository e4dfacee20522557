package io.davit.backend.docker.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DockerClientImpl;
import io.davit.backend.docker.wire.Answer;
import io.davit.backend.docker.wire.Hijacked;
import io.davit.backend.docker.wire.UnixTransport;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The Docker daemon. Every call has a limit; what goes wrong is a {@link Fault}. Remembers whether the daemon answered
 * last time, so that a status never waits for it. Thread-safe.
 */
public final class Daemon implements AutoCloseable {
    private static final int TEXT_BYTES_MAX = 16 << 20;
    private static final int FIRST_REFUSAL = 400;
    private static final int NOT_FOUND = 404;

    private final Path socket;
    private final Limits limits;
    private final UnixTransport transport;
    private volatile Spoken spoken;
    private final AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());
    /** Why this daemon cannot be used although it answers. */
    private volatile Optional<String> unfit = Optional.empty();

    /**
     * How long calls may take.
     *
     * @param look for those that only look
     * @param change for those that change something
     */
    public record Limits(Duration look, Duration change) {}

    /**
     * What is spoken with the daemon that is there now.
     *
     * @param quick for calls that only look
     */
    private record Spoken(ApiVersion version, DockerClient quick, DockerClient patient) {}

    private Daemon(Path socket, Limits limits, UnixTransport transport, ApiVersion version) {
        this.socket = socket;
        this.limits = limits;
        this.transport = transport;
        this.spoken = speaking(version);
    }

    private Spoken speaking(ApiVersion version) {
        ClientConfig config = new ClientConfig(URI.create("unix://" + socket), version.toString());
        return new Spoken(
                version,
                DockerClientImpl.getInstance(config, transport.bounded(limits.look())),
                DockerClientImpl.getInstance(config, transport.bounded(limits.change())));
    }

    /**
     * Asks the daemon for its API version and settles on one.
     *
     * @throws Fault Unreachable if nobody answers, Unsupported if it is too old
     */
    public static Daemon open(Path socket, Limits limits) {
        UnixTransport transport = new UnixTransport(socket);
        try {
            return new Daemon(socket, limits, transport, settled(socket, limits, transport));
        } catch (IOException e) {
            transport.close();
            throw unreachable(socket, e);
        } catch (Fault e) {
            transport.close();
            throw e;
        }
    }

    private static ApiVersion settled(Path socket, Limits limits, UnixTransport transport) throws IOException {
        try (Answer pong = transport.call("GET", "/_ping", "", Optional.of(limits.look()))) {
            String newest = pong.getHeader("api-version");
            if (newest == null) throw Fault.failed("ping the Docker daemon at " + socket, "it names no API version");
            return ApiVersion.negotiated(ApiVersion.parse(newest));
        }
    }

    /**
     * Settles on a version once more: behind the socket may be a newer or an older daemon than before.
     *
     * @throws Fault Unreachable if nobody answers, Unsupported if it is too old
     */
    public void settleAgain() {
        try {
            ApiVersion version = guarded(
                    "ask the Docker daemon for its version", limits.look(), () -> settled(socket, limits, transport));
            if (!version.equals(spoken.version())) spoken = speaking(version);
            unfit = Optional.empty();
        } catch (Fault fault) {
            if (fault.kind() instanceof Fault.Kind.Unsupported) {
                unfit = Optional.of(fault.kind().text());
            }
            throw fault;
        }
    }

    public ApiVersion version() {
        return spoken.version();
    }

    public Limits limits() {
        return limits;
    }

    /** Why the daemon cannot be used, as far as the last call knew. */
    public Optional<String> trouble() {
        return unfit.or(trouble::get);
    }

    /** A call that only looks. {@code doing} begins the sentence of its failure: "list images". */
    public <T> T look(String doing, Function<DockerClient, T> call) {
        return guarded(doing, limits.look(), () -> call.apply(spoken.quick()));
    }

    /** A call that changes something and answers nothing. */
    public void tell(String doing, Consumer<DockerClient> call) {
        boolean _ = change(doing, client -> {
            call.accept(client);
            return true;
        });
    }

    /** A call that changes something. */
    public <T> T change(String doing, Function<DockerClient, T> call) {
        return guarded(doing, limits.change(), () -> call.apply(spoken.patient()));
    }

    /**
     * GET of JSON that docker-java's models do not fit: they miss fields, and refuse words they do not know.
     *
     * @param path without the version, with its query
     * @return empty if there is no such thing
     */
    public Optional<String> get(String doing, String path) {
        return guarded(doing, limits.look(), () -> {
            try (Answer answer = transport.call("GET", versioned(path), "", Optional.of(limits.look()))) {
                String text = answer.text(TEXT_BYTES_MAX);
                if (answer.getStatusCode() == NOT_FOUND) return Optional.<String>empty();
                if (answer.getStatusCode() >= FIRST_REFUSAL) {
                    throw new DockerException(text, answer.getStatusCode());
                }
                return Optional.of(text);
            }
        });
    }

    /** GET of an endless answer, such as the events. The caller closes it. */
    public Answer stream(String doing, String path) {
        return guarded(doing, limits.look(), () -> transport.call("GET", versioned(path), "", Optional.empty()));
    }

    /** POST of an archive. docker-java 3.7.1 sends JSON about the stream in its place. */
    public String upload(String doing, String path, byte[] archive) {
        return guarded(doing, limits.change(), () -> {
            try (Answer answer = transport.upload(versioned(path), "application/x-tar", archive, limits.change())) {
                return accepted(answer);
            }
        });
    }

    private static String accepted(Answer answer) throws IOException {
        String text = answer.text(TEXT_BYTES_MAX);
        if (answer.getStatusCode() < FIRST_REFUSAL) return text;
        throw new DockerException(text, answer.getStatusCode());
    }

    /** POST of JSON that docker-java's commands cannot say. */
    public String post(String doing, String path, String json) {
        return guarded(doing, limits.look(), () -> {
            try (Answer answer = transport.call("POST", versioned(path), json, Optional.of(limits.look()))) {
                return accepted(answer);
            }
        });
    }

    /** POST whose answer lasts as long as something comes within {@code stall}. The caller closes it. */
    public Answer post(String doing, String path, Map<String, String> headers, Duration stall) {
        return guarded(doing, stall, () -> transport.post(versioned(path), headers, stall));
    }

    /** A connection of bytes; the caller closes it. */
    public Hijacked hijack(String doing, String path, String json) {
        return guarded(doing, limits.look(), () -> transport.hijack(versioned(path), json, limits.look()));
    }

    private String versioned(String path) {
        return "/v" + spoken.version() + path;
    }

    private interface Exchange<T> {
        T run() throws IOException;
    }

    private <T> T guarded(String doing, Duration limit, Exchange<T> exchange) {
        try {
            T result = exchange.run();
            trouble.set(Optional.empty());
            return result;
        } catch (DockerException e) {
            trouble.set(Optional.empty());
            throw Refusal.fault(doing, e);
        } catch (IOException e) {
            throw lost(doing, limit, e);
        } catch (Fault e) {
            // Already in words, such as those of a file on this host: it says nothing of the daemon.
            throw e;
        } catch (RuntimeException e) {
            IOException lost = lossBehind(e);
            if (lost == null) throw e;
            throw lost(doing, limit, lost);
        }
    }

    // docker-java wraps what its transport throws, in different ways.
    private static @Nullable IOException lossBehind(RuntimeException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException lost) return lost;
        }
        return null;
    }

    private Fault lost(String doing, Duration limit, IOException e) {
        if (Thread.currentThread().isInterrupted()) return new Fault(new Fault.Kind.Cancelled(doing), e);
        if (e instanceof SocketTimeoutException) {
            Fault late = new Fault(new Fault.Kind.TimedOut(doing + " (Docker at " + socket + ")", limit), e);
            trouble.set(Optional.of(
                    late.kind().text() + "; look at it with: systemctl status docker, journalctl -u docker"));
            return late;
        }
        Fault gone = unreachable(socket, e);
        trouble.set(Optional.of(gone.kind().text()));
        return gone;
    }

    private static Fault unreachable(Path socket, IOException e) {
        return new Fault(
                new Fault.Kind.Unreachable(
                        "the Docker daemon at " + socket, Fault.reason(e) + "; is it running? systemctl status docker"),
                e);
    }

    @Override
    public void close() {
        transport.close();
    }
}
