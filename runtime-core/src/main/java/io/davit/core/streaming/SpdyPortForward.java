package io.davit.core.streaming;

import io.davit.core.streaming.ForwardPair.Role;
import io.davit.core.streaming.StreamRequest.PortForward;
import io.davit.core.streaming.spdy.SpdyListener;
import io.davit.core.streaming.spdy.SpdySession;
import io.davit.core.streaming.spdy.SpdyStream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PortForward over SPDY: a data and an error stream with the same request id are one connection, which has a virtual
 * thread of its own from its first stream on. The conversation lasts as long as the client stays.
 */
final class SpdyPortForward implements Conversation, SpdyListener {
    /** A connection nobody reads at our end holds up the others of this client once it has filled this. */
    private static final int INBOUND_BYTES_MAX = 2 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(SpdyPortForward.class);

    private final Channel channel;
    private final PortForwarding forwarding;
    private final Duration creationLimit;
    private final SpdySession session;
    private final Map<String, Served> open = new ConcurrentHashMap<>();

    SpdyPortForward(Channel channel, PortForwarding forwarding, Duration creationLimit) {
        this.channel = channel;
        this.forwarding = forwarding;
        this.creationLimit = creationLimit;
        this.session = SpdySession.install(channel, INBOUND_BYTES_MAX, this);
    }

    @Override
    public boolean opened(SpdyStream stream) {
        Optional<Role> role = role(stream);
        Optional<Integer> port = stream.header("port").flatMap(PortForward::parsePort);
        if (role.isEmpty() || port.isEmpty()) return false;
        return open.computeIfAbsent(requestId(stream, role.get()), id -> serve(id, port.get()))
                .pair()
                .add(role.get(), stream.bytes());
    }

    /** The client has closed its end of the connection. */
    @Override
    public void reset(SpdyStream stream) {
        role(stream)
                .flatMap(role -> Optional.ofNullable(open.get(requestId(stream, role))))
                .ifPresent(served -> served.thread().interrupt());
    }

    @Override
    public void run() {
        try {
            channel.closeFuture().await();
        } catch (InterruptedException _) { // the same news: the client has left
            LOG.debug("the client of a port forward has left");
        } finally {
            open.values().forEach(served -> served.thread().interrupt());
        }
    }

    @Override
    public ChannelFuture sayGoodbye() {
        return session.goAway(channel);
    }

    private Served serve(String id, int port) {
        ForwardPair pair = new ForwardPair(port);
        Thread thread = Thread.ofVirtual()
                .name("port forward " + port + " #" + id)
                .unstarted(() -> {
                    try {
                        forward(pair);
                    } finally {
                        open.remove(id);
                    }
                });
        thread.start();
        return new Served(pair, thread);
    }

    private void forward(ForwardPair pair) {
        try {
            if (pair.awaitBoth(creationLimit)) {
                forwarding.run(pair.port(), pair.get(Role.DATA), pair.get(Role.ERROR));
            } else {
                LOG.info("port forward: the client opened one stream of two for port {}; giving it up", pair.port());
            }
        } catch (InterruptedException _) { // the client has left; there is nobody to tell
            LOG.debug("port forward: the client left before it had opened both streams for port {}", pair.port());
        } finally {
            pair.close();
        }
    }

    private static Optional<Role> role(SpdyStream stream) {
        return stream.header("streamtype").flatMap(Role::of);
    }

    /** Clients of old name no request: they open the error stream and, right after it, the data stream. */
    private static String requestId(SpdyStream stream, Role role) {
        return stream.header("requestid")
                .orElseGet(() -> Integer.toString(
                        switch (role) {
                            case ERROR -> stream.id();
                            case DATA -> stream.id() - 2;
                        }));
    }

    private record Served(ForwardPair pair, Thread thread) {}
}
