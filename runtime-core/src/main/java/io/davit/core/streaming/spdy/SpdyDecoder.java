package io.davit.core.streaming.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a client's bytes into frames. Data is handed on in the pieces in which it arrives, so that a long frame needs
 * neither memory nor patience; a control frame is read as a whole.
 */
final class SpdyDecoder extends ByteToMessageDecoder {
    private static final int CONTROL_BYTES_MAX = 64 * 1024;

    private final HeaderBlocks headerBlocks = new HeaderBlocks();
    // The data frame that is arriving:
    private int streamId;
    private int missing;
    private boolean last;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (missing > 0) {
            out.add(piece(in));
            return;
        }
        if (in.readableBytes() < FrameType.HEADER_BYTES) return;
        int start = in.readerIndex();
        int first = in.getInt(start);
        int second = in.getInt(start + Integer.BYTES);
        int length = second & FrameType.LENGTH_MASK;
        boolean hasLastFlag = ((second >>> FrameType.FLAGS_SHIFT) & FrameType.FLAG_LAST) != 0;
        if ((first & FrameType.CONTROL) == 0) {
            in.skipBytes(FrameType.HEADER_BYTES);
            streamId = first;
            last = hasLastFlag;
            missing = length;
            if (length == 0 || in.isReadable()) out.add(piece(in));
        } else {
            checkControl(first, length);
            if (in.readableBytes() < FrameType.HEADER_BYTES + length) return;
            in.skipBytes(FrameType.HEADER_BYTES);
            control(first & 0xFFFF, hasLastFlag, in.readSlice(length)).ifPresent(out::add);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        headerBlocks.close();
    }

    private SpdyFrame.Data piece(ByteBuf in) {
        int size = Math.min(missing, in.readableBytes());
        missing -= size;
        return new SpdyFrame.Data(streamId, in.readRetainedSlice(size), last && missing == 0);
    }

    private static void checkControl(int first, int length) {
        int version = (first & ~FrameType.CONTROL) >>> Short.SIZE;
        if (version != FrameType.VERSION)
            throw new CorruptedFrameException("SPDY version " + version + " instead of 3");
        if (length > CONTROL_BYTES_MAX) throw new CorruptedFrameException("a control frame of " + length + " bytes");
    }

    /** Empty for a frame that means nothing to us. */
    private Optional<SpdyFrame> control(int type, boolean hasLastFlag, ByteBuf body) {
        try {
            return switch (type) {
                case FrameType.SYN_STREAM -> Optional.of(synStream(hasLastFlag, body));
                case FrameType.SYN_REPLY, FrameType.HEADERS -> Optional.of(headers(hasLastFlag, body));
                case FrameType.RST_STREAM -> Optional.of(new SpdyFrame.RstStream(body.readInt(), body.readInt()));
                case FrameType.PING -> Optional.of(new SpdyFrame.Ping(body.readInt()));
                case FrameType.GOAWAY -> Optional.of(new SpdyFrame.GoAway(body.readInt(), body.readInt()));
                default -> Optional.empty();
            };
        } catch (IndexOutOfBoundsException e) {
            throw new CorruptedFrameException("a control frame of type " + type + " is too short", e);
        }
    }

    private SpdyFrame synStream(boolean hasLastFlag, ByteBuf body) {
        int id = body.readInt();
        body.skipBytes(Integer.BYTES + Short.BYTES); // associated stream, priority, slot
        return new SpdyFrame.SynStream(id, headerBlocks.read(body), hasLastFlag);
    }

    private SpdyFrame headers(boolean hasLastFlag, ByteBuf body) {
        int id = body.readInt();
        var _ = headerBlocks.read(body); // without it the next block could not be understood
        return new SpdyFrame.Headers(id, hasLastFlag);
    }
}
