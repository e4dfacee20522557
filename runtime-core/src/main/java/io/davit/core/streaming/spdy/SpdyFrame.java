package io.davit.core.streaming.spdy;

import io.netty.buffer.ByteBuf;
import java.util.Map;

/** The frames that mean something to us. Names as in the SPDY draft, section 2.6. */
sealed interface SpdyFrame {
    /** A frame that belongs to one stream. */
    sealed interface OfStream extends SpdyFrame {
        int streamId();
    }

    /**
     * Opens a stream.
     *
     * @param headers by lower-case name
     * @param last the opener will send nothing
     */
    record SynStream(int streamId, Map<String, String> headers, boolean last) implements OfStream {
        public SynStream {
            headers = Map.copyOf(headers);
        }
    }

    /** Accepts a stream, without headers. */
    record SynReply(int streamId) implements OfStream {}

    /** Bytes; who gets the frame releases them. */
    record Data(int streamId, ByteBuf bytes, boolean last) implements OfStream {}

    /** Headers that come later mean nothing to us but the end of a stream. */
    record Headers(int streamId, boolean last) implements OfStream {}

    record RstStream(int streamId, int status) implements OfStream {
        static final int PROTOCOL_ERROR = 1;
        static final int REFUSED_STREAM = 3;
    }

    /** Comes back as it is; ids of a client are odd. */
    record Ping(int id) implements SpdyFrame {}

    /** No further stream will be opened or accepted. */
    record GoAway(int lastStreamId, int status) implements SpdyFrame {
        static final int OK = 0;
        static final int PROTOCOL_ERROR = 1;
    }
}
