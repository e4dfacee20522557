package io.davit.core.streaming.spdy;

import io.davit.core.streaming.flow.ClientStream;
import io.davit.core.streaming.flow.Framing;
import io.davit.core.streaming.flow.InboundBudget;
import io.davit.core.streaming.flow.InboundPipe;
import io.davit.core.streaming.flow.OutboundStream;
import io.davit.core.streaming.flow.OutboundWindow;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.Optional;

/** A stream that the client opened, with the headers it gave. */
public final class SpdyStream {
    private final int id;
    private final Map<String, String> headers;
    private final ClientStream bytes;
    // Whether each side has ended; only the event loop looks at these.
    private boolean inputEnded;
    private boolean outputEnded;

    SpdyStream(int id, Map<String, String> headers, InboundBudget budget, OutboundWindow window) {
        this.id = id;
        this.headers = headers;
        this.bytes = new ClientStream(new InboundPipe(budget), new OutboundStream(window, new DataFrames(id)));
    }

    public int id() {
        return id;
    }

    /** The value of a header, whose name the client has sent in lower case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    public ClientStream bytes() {
        return bytes;
    }

    void endInput() {
        inputEnded = true;
        bytes.input().end();
    }

    void endOutput() {
        outputEnded = true;
    }

    boolean isOver() {
        return inputEnded && outputEnded;
    }

    private record DataFrames(int streamId) implements Framing {
        @Override
        public Object data(ByteBufAllocator allocator, byte[] source, int from, int length) {
            return new SpdyFrame.Data(streamId, allocator.buffer(length).writeBytes(source, from, length), false);
        }

        @Override
        public Optional<Object> end() {
            return Optional.of(new SpdyFrame.Data(streamId, Unpooled.EMPTY_BUFFER, true));
        }
    }
}
