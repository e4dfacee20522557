package io.davit.core.streaming.spdy;

/** Learns of the streams of a session. Called on the event loop: must not block. */
public interface SpdyListener {
    /**
     * The client has opened a stream.
     *
     * @return false to refuse it; the client then sees a reset
     */
    boolean opened(SpdyStream stream);

    /** The client has abandoned a stream, in both directions. */
    void reset(SpdyStream stream);
}
