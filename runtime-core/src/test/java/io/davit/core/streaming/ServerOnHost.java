package io.davit.core.streaming;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A streaming server whose containers are this machine. */
final class ServerOnHost implements AutoCloseable {
    static final RequestedStreams OUTPUTS = new RequestedStreams(false, true, true, false);
    static final RequestedStreams ALL = new RequestedStreams(true, true, true, false);
    static final RequestedStreams TERMINAL = new RequestedStreams(true, true, false, true);

    private final HostStreams host = new HostStreams();
    private final StreamingServer server;

    ServerOnHost() {
        this(settings(Duration.ofHours(4), Duration.ofSeconds(30), 1000));
    }

    ServerOnHost(StreamingSettings settings) {
        server = new StreamingServer(settings, Clock.systemUTC(), new SecureRandom(), host);
    }

    static StreamingSettings settings(Duration idle, Duration creation, int connections) {
        Path none = Path.of("");
        return new StreamingSettings(
                "127.0.0.1", 0, idle, creation, Duration.ofMinutes(1), connections, none, none, none);
    }

    HostStreams host() {
        return host;
    }

    String exec(RequestedStreams streams, String... command) {
        return server.urlFor(new StreamRequest.Exec(HostStreams.CONTAINER, List.of(command), streams));
    }

    String attach(RequestedStreams streams) {
        return server.urlFor(new StreamRequest.Attach(HostStreams.CONTAINER, streams));
    }

    String forward(Integer... ports) {
        return server.urlFor(new StreamRequest.PortForward(HostStreams.SANDBOX, List.of(ports)));
    }

    StreamingServer server() {
        return server;
    }

    @Override
    public void close() {
        server.close();
    }
}
