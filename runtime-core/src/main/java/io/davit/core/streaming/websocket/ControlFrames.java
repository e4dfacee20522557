package io.davit.core.streaming.websocket;

import io.davit.core.streaming.flow.OutboundWindow;
import io.davit.core.streaming.flow.Probe;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers pings, and takes care that both sides of a WebSocket say goodbye. Data frames go on to the next handler. */
public final class ControlFrames extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ControlFrames.class);

    private final OutboundWindow window;

    private ControlFrames(OutboundWindow window) {
        this.window = window;
    }

    /**
     * Lets the channel speak WebSocket from here on.
     *
     * @return what says goodbye after all went well, on any thread
     */
    public static Supplier<ChannelFuture> install(Channel channel) {
        ControlFrames control = new ControlFrames(new OutboundWindow(channel));
        channel.pipeline()
                .addLast(new FrameDecoder())
                .addLast(new WebSocket13FrameEncoder(false))
                .addLast(control);
        // From here rather than from the end of the pipeline, where a tunnel would not let a WebSocket frame pass.
        ChannelHandlerContext context = channel.pipeline().context(control);
        return () -> context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        switch (message) {
            case PingWebSocketFrame ping -> window.control(context, new PongWebSocketFrame(ping.content()));
            case PongWebSocketFrame pong -> pong.release();
            case CloseWebSocketFrame close -> closed(context, close);
            default -> context.fireChannelRead(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Probe.PROBE) {
            window.control(context, new PingWebSocketFrame());
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    /** The client's goodbye, or its answer to ours; nothing can follow it. */
    private static void closed(ChannelHandlerContext context, CloseWebSocketFrame close) {
        LOG.debug("{} closes with {}", context.channel().remoteAddress(), close.statusCode());
        context.writeAndFlush(close).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        breakOff(context, cause);
    }

    /** Closes the connection and tells the client whose mistake it was, if it is there to hear it. */
    static void breakOff(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("closing the WebSocket of {}: {}", context.channel().remoteAddress(), cause.toString());
        WebSocketCloseStatus status = cause instanceof DecoderException
                ? WebSocketCloseStatus.PROTOCOL_ERROR
                : WebSocketCloseStatus.INTERNAL_SERVER_ERROR;
        context.writeAndFlush(new CloseWebSocketFrame(status)).addListener(ChannelFutureListener.CLOSE);
    }
}
