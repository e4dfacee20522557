package io.davit.core.streaming.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.Optional;

/**
 * What stands before the payload of a client's frame (RFC 6455 section 5.2).
 *
 * @param size of the header itself
 * @param payload length in bytes
 */
record FrameHeader(int opcode, boolean last, int size, long payload, int mask) {
    private static final int LAST = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int MASKED = 0x80;
    private static final int CONTROL = 0x08;
    private static final int CONTROL_PAYLOAD_BYTES_MAX = 125;
    private static final int MASK_BYTES = 4;

    /** Looks at the bytes without taking them; empty if more have to arrive. */
    static Optional<FrameHeader> read(ByteBuf in) {
        int start = in.readerIndex();
        if (in.readableBytes() < 2) return Optional.empty();
        int first = in.getUnsignedByte(start);
        int second = in.getUnsignedByte(start + 1);
        check(first, second);
        int length = second & ~MASKED;
        int lengthBytes = length < 126 ? 0 : length == 126 ? 2 : 8;
        int size = 2 + lengthBytes + MASK_BYTES;
        if (in.readableBytes() < size) return Optional.empty();
        long payload = switch (lengthBytes) {
            case 2 -> in.getUnsignedShort(start + 2);
            case 8 -> in.getLong(start + 2);
            default -> length;
        };
        if (payload < 0) throw new CorruptedFrameException("a frame longer than 2^63 bytes");
        int mask = in.getInt(start + size - MASK_BYTES);
        return Optional.of(new FrameHeader(first & OPCODE, (first & LAST) != 0, size, payload, mask));
    }

    boolean isControl() {
        return (opcode & CONTROL) != 0;
    }

    /** Undoes the mask in place. {@code from} is where the bytes stand in the payload. */
    void unmask(ByteBuf bytes, long from) {
        int key = Integer.rotateLeft(mask, Byte.SIZE * (int) (from % MASK_BYTES));
        long wide = (long) key << Integer.SIZE | Integer.toUnsignedLong(key);
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            bytes.setLong(at, bytes.getLong(at) ^ wide);
        }
        for (int i = 0; at + i < end; i++) {
            bytes.setByte(at + i, bytes.getByte(at + i) ^ (key >>> (Integer.SIZE - Byte.SIZE * (i % MASK_BYTES + 1))));
        }
    }

    private static void check(int first, int second) {
        if ((first & RESERVED) != 0) throw new CorruptedFrameException("a reserved bit is set");
        if ((second & MASKED) == 0) throw new CorruptedFrameException("a frame of a client without a mask");
        if ((first & CONTROL) == 0) return;
        if ((first & LAST) == 0) throw new CorruptedFrameException("a control frame in several parts");
        if ((second & ~MASKED) > CONTROL_PAYLOAD_BYTES_MAX)
            throw new CorruptedFrameException("a control frame too long");
    }
}
