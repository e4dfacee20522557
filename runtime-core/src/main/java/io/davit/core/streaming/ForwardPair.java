package io.davit.core.streaming;

import io.davit.core.streaming.flow.ClientStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The two streams of one forwarded connection, which come in any order. */
final class ForwardPair {
    /** What a stream of the pair carries; the names are those of the streamtype header. */
    enum Role {
        DATA,
        ERROR;

        static Optional<Role> of(String text) {
            return switch (text) {
                case "data" -> Optional.of(DATA);
                case "error" -> Optional.of(ERROR);
                default -> Optional.empty();
            };
        }
    }

    private final int port;
    private final Map<Role, ClientStream> streams = new EnumMap<>(Role.class); // guarded by this

    ForwardPair(int port) {
        this.port = port;
    }

    int port() {
        return port;
    }

    /** False if the pair has such a stream already. */
    synchronized boolean add(Role role, ClientStream stream) {
        if (streams.putIfAbsent(role, stream) != null) return false;
        notifyAll();
        return true;
    }

    /** Waits for both streams. */
    synchronized boolean awaitBoth(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (streams.size() < Role.values().length) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) return false;
            wait(leftMillis);
        }
        return true;
    }

    /** Only after {@link #awaitBoth} has said true. */
    synchronized ClientStream get(Role role) {
        return Objects.requireNonNull(streams.get(role));
    }

    synchronized void close() {
        streams.values().forEach(ClientStream::close);
    }
}
