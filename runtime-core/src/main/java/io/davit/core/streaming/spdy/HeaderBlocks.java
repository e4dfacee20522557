package io.davit.core.streaming.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads the header blocks of one connection (SPDY draft, section 2.6.10). They are one compressed stream: each has to
 * be read, and in order.
 */
final class HeaderBlocks implements AutoCloseable {
    private static final int BLOCK_BYTES_MAX = 16 * 1024;

    private final Inflater inflater = new Inflater();

    Map<String, String> read(ByteBuf compressed) {
        ByteBuffer block = inflate(ByteBufUtil.getBytes(compressed));
        try {
            Map<String, String> headers = new HashMap<>();
            for (int left = block.getInt(); left > 0; left--) {
                headers.put(text(block), text(block));
            }
            return headers;
        } catch (BufferUnderflowException e) {
            throw new CorruptedFrameException("a header block is too short", e);
        }
    }

    @Override
    public void close() {
        inflater.end();
    }

    private ByteBuffer inflate(byte[] compressed) {
        byte[] block = new byte[BLOCK_BYTES_MAX];
        int size = 0;
        inflater.setInput(compressed);
        try {
            while (!inflater.needsInput()) {
                if (size == block.length) throw new CorruptedFrameException("a header block over " + size + " bytes");
                int count = inflater.inflate(block, size, block.length - size);
                size += count;
                if (inflater.needsDictionary()) {
                    inflater.setDictionary(HeaderDictionary.bytes());
                } else if (count == 0 && !inflater.needsInput()) {
                    throw new CorruptedFrameException("a header block goes on after its end");
                }
            }
            return ByteBuffer.wrap(block, 0, size);
        } catch (DataFormatException | IllegalArgumentException e) { // the latter: made for another dictionary
            throw new CorruptedFrameException("a header block is damaged: " + e.getMessage(), e);
        }
    }

    private static String text(ByteBuffer block) {
        int length = block.getInt();
        if (length < 0 || length > block.remaining())
            throw new CorruptedFrameException("a header longer than its block");
        byte[] bytes = new byte[length];
        block.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
