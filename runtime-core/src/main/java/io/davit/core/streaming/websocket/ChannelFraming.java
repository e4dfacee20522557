package io.davit.core.streaming.websocket;

import io.davit.core.streaming.flow.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;

/** One channel's bytes as WebSocket messages. The end of a channel cannot be told; clients wait for the end of all. */
record ChannelFraming(ChannelProtocol protocol, int number) implements Framing {
    @Override
    public Object data(ByteBufAllocator allocator, byte[] source, int from, int length) {
        if (!protocol.isBase64()) {
            ByteBuf message = allocator.buffer(1 + length).writeByte(number).writeBytes(source, from, length);
            return new BinaryWebSocketFrame(message);
        }
        ByteBuffer text = Base64.getEncoder().encode(ByteBuffer.wrap(source, from, length));
        ByteBuf message =
                allocator.buffer(1 + text.remaining()).writeByte('0' + number).writeBytes(text);
        return new TextWebSocketFrame(message);
    }

    @Override
    public Optional<Object> end() {
        return Optional.empty();
    }
}
