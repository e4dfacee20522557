package io.davit.core.streaming.flow;

import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;

/** How one stream's bytes stand on the wire. */
public interface Framing {
    /** A message for the pipeline that carries a copy of the bytes. */
    Object data(ByteBufAllocator allocator, byte[] source, int from, int length);

    /** The message that says: this stream has no more bytes; empty if the protocol cannot say so. */
    Optional<Object> end();
}
