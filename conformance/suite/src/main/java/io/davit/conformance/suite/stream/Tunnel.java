package io.davit.conformance.suite.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;

/** Bytes as the messages of a WebSocket (KEP-4006). Messages of another kind carry none. */
final class Tunnel extends MessageToMessageCodec<WebSocketFrame, ByteBuf> {
    private static final int FRAME_BYTES_MAX = 1 << 20;

    private Tunnel() {}

    static ChannelHandler[] inbound() {
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(false)
                .maxFramePayloadLength(FRAME_BYTES_MAX)
                .build();
        return new ChannelHandler[] {new WebSocket13FrameDecoder(config), new Tunnel()};
    }

    static ChannelHandler[] outbound() {
        return new ChannelHandler[] {new WebSocket13FrameEncoder(true), new Tunnel()};
    }

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
        out.add(new BinaryWebSocketFrame(bytes.retain()));
    }

    @Override
    protected void decode(ChannelHandlerContext context, WebSocketFrame message, List<Object> out) {
        boolean data = message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame;
        if (data) out.add(message.content().retain());
    }
}
