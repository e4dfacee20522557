package io.davit.core.streaming.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageEncoder;
import java.util.List;

/** Turns our frames into bytes. */
final class SpdyEncoder extends MessageToMessageEncoder<SpdyFrame> {
    /**
     * Our header blocks are empty, and the same for each reply: the number 0 in an uncompressed block (RFC 1951, 3.2.4)
     * of the stream that all header blocks of a connection form. So no deflater is needed, nor its memory. The second,
     * empty block is what a flush leaves behind; Go's reader (compress/flate) gives out nothing before it has seen it.
     */
    private static final byte[] NO_HEADERS = {0, 4, 0, (byte) ~4, (byte) ~0, 0, 0, 0, 0, 0, 0, 0, (byte) ~0, (byte) ~0};
    /** Begins that stream (RFC 1950): deflate, window of 32 KiB; a dictionary, whose id follows. */
    private static final short STREAM_START = 0x78BB;

    private boolean streamStarted;

    SpdyEncoder() {
        super(SpdyFrame.class);
    }

    @Override
    protected void encode(ChannelHandlerContext context, SpdyFrame frame, List<Object> out) {
        switch (frame) {
            case SpdyFrame.Data(int id, ByteBuf bytes, boolean last) -> {
                int flags = last ? FrameType.FLAG_LAST : 0;
                out.add(start(context, id, flags, bytes.readableBytes(), 0));
                if (bytes.isReadable()) {
                    out.add(bytes);
                } else {
                    bytes.release();
                }
            }
            case SpdyFrame.SynReply(int id) -> out.add(reply(context, id));
            case SpdyFrame.RstStream(int id, int status) ->
                out.add(control(context, FrameType.RST_STREAM, 8).writeInt(id).writeInt(status));
            case SpdyFrame.Ping(int id) ->
                out.add(control(context, FrameType.PING, 4).writeInt(id));
            case SpdyFrame.GoAway(int id, int status) ->
                out.add(control(context, FrameType.GOAWAY, 8).writeInt(id).writeInt(status));
            case SpdyFrame.SynStream _, SpdyFrame.Headers _ ->
                throw new IllegalArgumentException("a server opens no streams: " + frame);
        }
    }

    private ByteBuf reply(ChannelHandlerContext context, int id) {
        int startBytes = streamStarted ? 0 : Short.BYTES + Integer.BYTES;
        ByteBuf frame = control(context, FrameType.SYN_REPLY, Integer.BYTES + startBytes + NO_HEADERS.length)
                .writeInt(id);
        if (!streamStarted) frame.writeShort(STREAM_START).writeInt(HeaderDictionary.id());
        streamStarted = true;
        return frame.writeBytes(NO_HEADERS);
    }

    private static ByteBuf control(ChannelHandlerContext context, int type, int length) {
        return start(context, FrameType.CONTROL | FrameType.VERSION << Short.SIZE | type, 0, length, length);
    }

    private static ByteBuf start(ChannelHandlerContext context, int first, int flags, int length, int room) {
        return context.alloc()
                .buffer(FrameType.HEADER_BYTES + room)
                .writeInt(first)
                .writeInt(flags << FrameType.FLAGS_SHIFT | length);
    }
}
