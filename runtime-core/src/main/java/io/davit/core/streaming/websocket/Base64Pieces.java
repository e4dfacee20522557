package io.davit.core.streaming.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.Base64;

/** Decodes the Base64 text of one message, which arrives in pieces of any length. */
final class Base64Pieces {
    private static final int GROUP_CHARS = 4;

    private ByteBuf rest = Unpooled.EMPTY_BUFFER; // less than a group

    /** What the text up to here stands for, less what was returned before. */
    ByteBuf decode(ByteBuf piece, boolean last) {
        ByteBuf text = Unpooled.wrappedBuffer(rest, piece.retainedSlice());
        int usable = text.readableBytes();
        if (!last) usable -= usable % GROUP_CHARS;
        byte[] group = new byte[usable];
        text.readBytes(group);
        rest = Unpooled.copiedBuffer(text);
        text.release();
        try {
            return Unpooled.wrappedBuffer(Base64.getDecoder().decode(group));
        } catch (IllegalArgumentException e) {
            throw new CorruptedFrameException("not Base64: " + e.getMessage());
        }
    }
}
