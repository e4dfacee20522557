package io.davit.core.streaming;

import io.davit.core.streaming.flow.ClientStream;
import io.davit.core.streaming.spdy.SpdyListener;
import io.davit.core.streaming.spdy.SpdySession;
import io.davit.core.streaming.spdy.SpdyStream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exec or Attach over SPDY: waits until the client has opened the streams that were asked for, then runs. */
final class SpdyCommand implements Conversation, SpdyListener {
    /** One stream only brings bytes (stdin), so little has to be held for a process that does not read. */
    private static final int INBOUND_BYTES_MAX = 256 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(SpdyCommand.class);

    private final Channel channel;
    private final StreamTargets targets;
    private final StreamRequest.Command request;
    private final SpdyVersion version;
    private final Duration creationLimit;
    private final SpdySession session;
    private final Map<StreamType, ClientStream> streams = new EnumMap<>(StreamType.class); // guarded by this

    SpdyCommand(
            Channel channel,
            StreamTargets targets,
            StreamRequest.Command request,
            SpdyVersion version,
            Duration creationLimit) {
        this.channel = channel;
        this.targets = targets;
        this.request = request;
        this.version = version;
        this.creationLimit = creationLimit;
        this.session = SpdySession.install(channel, INBOUND_BYTES_MAX, this);
    }

    @Override
    public synchronized boolean opened(SpdyStream stream) {
        Optional<StreamType> type = stream.header("streamtype").flatMap(StreamType::of);
        if (type.isEmpty() || streams.putIfAbsent(type.get(), stream.bytes()) != null) return false;
        notifyAll();
        return true;
    }

    /** Its reader or writer gets an IOException; that is all it takes. */
    @Override
    public void reset(SpdyStream stream) {}

    @Override
    public void run() {
        try {
            awaitStreams()
                    .ifPresentOrElse(
                            all -> new RemoteCommand(targets, request, all, version.statusForm()).run(),
                            () -> LOG.info(
                                    "{}: the client did not open its streams within {} s; closing the connection",
                                    request,
                                    creationLimit.toSeconds()));
        } catch (InterruptedException _) { // the client has left; there is nobody to tell
            LOG.debug("{}: the client left before it had opened its streams", request);
        }
    }

    @Override
    public ChannelFuture sayGoodbye() {
        return session.goAway(channel);
    }

    private synchronized Optional<Map<StreamType, ClientStream>> awaitStreams() throws InterruptedException {
        long deadline = System.nanoTime() + creationLimit.toNanos();
        while (!isComplete()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) return Optional.empty();
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return Optional.of(Map.copyOf(streams));
    }

    private boolean isComplete() {
        return Arrays.stream(StreamType.values())
                .filter(request.streams()::has)
                .filter(type -> type != StreamType.RESIZE || version.hasResize())
                .allMatch(streams::containsKey);
    }
}
