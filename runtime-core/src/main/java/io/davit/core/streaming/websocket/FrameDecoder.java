package io.davit.core.streaming.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;
import java.util.Optional;

/**
 * Reads a client's frames (RFC 6455 section 5). A data frame is handed on in the pieces in which it arrives, as if the
 * client had divided it into smaller ones: the first piece of a message is a binary frame, the others are
 * continuations, and the last has the final bit. Text counts as binary.
 */
final class FrameDecoder extends ByteToMessageDecoder {
    private static final int CONTINUATION = 0;
    // 1 is text.
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private Optional<FrameHeader> data = Optional.empty(); // the data frame that is arriving
    private long missing; // bytes of it
    private boolean insideMessage;
    private boolean pieceSent; // of the message

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (data.isPresent()) {
            piece(data.get(), in, out);
            return;
        }
        Optional<FrameHeader> header = FrameHeader.read(in);
        if (header.isEmpty()) return;
        if (header.get().isControl()) {
            control(header.get(), in, out);
        } else {
            begin(header.get(), in, out);
        }
    }

    private void begin(FrameHeader header, ByteBuf in, List<Object> out) {
        boolean continues = header.opcode() == CONTINUATION;
        if (header.opcode() > BINARY) throw new CorruptedFrameException("opcode " + header.opcode() + " is unknown");
        if (continues != insideMessage) {
            throw new CorruptedFrameException(
                    continues ? "a continuation without a message" : "a message inside another one");
        }
        in.skipBytes(header.size());
        insideMessage = true;
        data = Optional.of(header);
        missing = header.payload();
        piece(header, in, out);
    }

    private void piece(FrameHeader header, ByteBuf in, List<Object> out) {
        int size = (int) Math.min(missing, in.readableBytes());
        if (size == 0 && missing > 0) return;
        ByteBuf bytes = in.readRetainedSlice(size);
        header.unmask(bytes, header.payload() - missing);
        missing -= size;
        boolean frameEnds = missing == 0;
        boolean last = frameEnds && header.last();
        out.add(pieceSent ? new ContinuationWebSocketFrame(last, 0, bytes) : new BinaryWebSocketFrame(last, 0, bytes));
        pieceSent = !last;
        insideMessage = !last;
        if (frameEnds) data = Optional.empty();
    }

    private static void control(FrameHeader header, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < header.size() + header.payload()) return;
        in.skipBytes(header.size());
        ByteBuf bytes = in.readRetainedSlice((int) header.payload());
        header.unmask(bytes, 0);
        out.add(controlFrame(header.opcode(), bytes));
    }

    private static WebSocketFrame controlFrame(int opcode, ByteBuf bytes) {
        return switch (opcode) {
            case CLOSE -> new CloseWebSocketFrame(true, 0, bytes);
            case PING -> new PingWebSocketFrame(bytes);
            case PONG -> new PongWebSocketFrame(bytes);
            default -> {
                bytes.release();
                throw new CorruptedFrameException("opcode " + opcode + " is unknown");
            }
        };
    }
}
