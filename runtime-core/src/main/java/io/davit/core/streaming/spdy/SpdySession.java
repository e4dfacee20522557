package io.davit.core.streaming.spdy;

import io.davit.core.streaming.flow.InboundBudget;
import io.davit.core.streaming.flow.OutboundWindow;
import io.davit.core.streaming.flow.Probe;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's side of one SPDY session: keeps the streams and what both sides may still do. Event loop only. */
public final class SpdySession extends ChannelDuplexHandler {
    /** Two streams make one forwarded connection. */
    private static final int STREAMS_MAX = 4_096;

    /** Ids of a server are even. */
    private static final int OUR_PING = 2;

    private static final Logger LOG = LoggerFactory.getLogger(SpdySession.class);

    private final InboundBudget budget;
    private final OutboundWindow window;
    private final SpdyListener listener;
    private final Map<Integer, SpdyStream> streams = new HashMap<>();
    private volatile int lastStreamId; // volatile for goAway alone
    private boolean clientGoesAway;

    private SpdySession(InboundBudget budget, OutboundWindow window, SpdyListener listener) {
        this.budget = budget;
        this.window = window;
        this.listener = listener;
    }

    /** Lets the channel speak SPDY from here on. */
    public static SpdySession install(Channel channel, int inboundBytesMax, SpdyListener listener) {
        SpdySession session =
                new SpdySession(new InboundBudget(channel, inboundBytesMax), new OutboundWindow(channel), listener);
        channel.pipeline().addLast(new SpdyDecoder()).addLast(new SpdyEncoder()).addLast(session);
        return session;
    }

    /** Says that this side opens and takes nothing more; for the end of a session. May be called on any thread. */
    public ChannelFuture goAway(Channel channel) {
        return channel.writeAndFlush(new SpdyFrame.GoAway(lastStreamId, SpdyFrame.GoAway.OK));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof SpdyFrame frame) {
            read(context, frame);
        } else {
            context.fireChannelRead(message);
        }
    }

    /** Looks at what leaves, to learn which streams are over. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var _ = context.write(message, promise);
        switch (message) {
            case SpdyFrame.RstStream reset -> forget(context, reset.streamId());
            case SpdyFrame.Data data when data.last() -> endOfOutput(context, data.streamId());
            default -> {}
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Probe.PROBE) {
            window.control(new SpdyFrame.Ping(OUR_PING));
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        List.copyOf(streams.values()).forEach(stream -> stream.bytes().lose("the client has left"));
        streams.clear();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("closing a SPDY session with {}: {}", context.channel().remoteAddress(), cause.toString());
        var _ = context.writeAndFlush(new SpdyFrame.GoAway(lastStreamId, SpdyFrame.GoAway.PROTOCOL_ERROR));
        var _ = context.close();
    }

    private void read(ChannelHandlerContext context, SpdyFrame frame) {
        switch (frame) {
            case SpdyFrame.Data data -> data(context, data);
            case SpdyFrame.SynStream opening -> opened(context, opening);
            case SpdyFrame.Headers headers -> {
                if (headers.last()) endOfInput(context, headers.streamId());
            }
            case SpdyFrame.RstStream reset -> reset(context, reset.streamId());
            case SpdyFrame.Ping ping -> {
                if (ping.id() % 2 != 0) window.control(ping); // else the answer to ours
            }
            case SpdyFrame.GoAway _ -> clientGoesAway(context);
            case SpdyFrame.SynReply _ -> throw new IllegalArgumentException("we open no streams: " + frame);
        }
    }

    private void opened(ChannelHandlerContext context, SpdyFrame.SynStream opening) {
        int id = opening.streamId();
        if (id % 2 == 0 || id <= lastStreamId) {
            refuse(context, id, SpdyFrame.RstStream.PROTOCOL_ERROR);
            return;
        }
        lastStreamId = id;
        if (clientGoesAway || streams.size() >= STREAMS_MAX) {
            refuse(context, id, SpdyFrame.RstStream.REFUSED_STREAM);
            return;
        }
        SpdyStream stream = new SpdyStream(id, opening.headers(), budget, window);
        streams.put(id, stream);
        if (opening.last()) stream.endInput();
        if (listener.opened(stream)) {
            window.control(new SpdyFrame.SynReply(id));
        } else {
            stream.bytes().lose("the stream was refused");
            refuse(context, id, SpdyFrame.RstStream.REFUSED_STREAM);
        }
    }

    /** Frames of a stream that is over are on their way while we end it, so an unknown stream is no error. */
    private void data(ChannelHandlerContext context, SpdyFrame.Data data) {
        try {
            Optional.ofNullable(streams.get(data.streamId()))
                    .ifPresent(stream -> stream.bytes().input().offer(data.bytes()));
        } finally {
            data.bytes().release();
        }
        if (data.last()) endOfInput(context, data.streamId());
    }

    private void endOfInput(ChannelHandlerContext context, int id) {
        Optional.ofNullable(streams.get(id)).ifPresent(stream -> {
            stream.endInput();
            if (stream.isOver()) forget(context, id);
        });
    }

    private void endOfOutput(ChannelHandlerContext context, int id) {
        Optional.ofNullable(streams.get(id)).ifPresent(stream -> {
            stream.endOutput();
            if (stream.isOver()) forget(context, id);
        });
    }

    private void reset(ChannelHandlerContext context, int id) {
        Optional.ofNullable(streams.get(id)).ifPresent(stream -> {
            stream.bytes().lose("the client has reset the stream");
            forget(context, id);
            listener.reset(stream);
        });
    }

    private void refuse(ChannelHandlerContext context, int id, int status) {
        LOG.debug(
                "refusing stream {} of {} with status {}", id, context.channel().remoteAddress(), status);
        window.control(new SpdyFrame.RstStream(id, status));
    }

    private void clientGoesAway(ChannelHandlerContext context) {
        clientGoesAway = true;
        closeIfUnused(context);
    }

    private void forget(ChannelHandlerContext context, int id) {
        streams.remove(id);
        closeIfUnused(context);
    }

    private void closeIfUnused(ChannelHandlerContext context) {
        if (clientGoesAway && streams.isEmpty()) {
            var _ = context.close();
        }
    }
}
