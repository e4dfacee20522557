package io.davit.core.streaming.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;

/** Carries the bytes of another protocol in messages; where one message ends and the next begins means nothing. */
public final class Tunnel extends MessageToMessageCodec<WebSocketFrame, ByteBuf> {
    private Tunnel() {
        super(WebSocketFrame.class, ByteBuf.class);
    }

    /** Handlers added later see plain bytes on the channel, which speaks WebSocket already. */
    public static void install(Channel channel) {
        channel.pipeline().addLast(new Tunnel());
    }

    @Override
    protected void decode(ChannelHandlerContext context, WebSocketFrame piece, List<Object> out) {
        out.add(piece.content().retain());
    }

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
        out.add(new BinaryWebSocketFrame(bytes.retain()));
    }
}
