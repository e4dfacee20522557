package io.davit.core.streaming.spdy;

/** Numbers of the control frames (SPDY draft, section 2.6), and what else stands in a frame's first eight bytes. */
final class FrameType {
    static final int VERSION = 3;
    static final int CONTROL = 0x8000_0000;
    static final int HEADER_BYTES = 8;
    static final int LENGTH_MASK = 0xFF_FFFF;
    static final int FLAGS_SHIFT = 24;
    static final int FLAG_LAST = 1;

    static final int SYN_STREAM = 1;
    static final int SYN_REPLY = 2;
    static final int RST_STREAM = 3;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int HEADERS = 8;

    private FrameType() {}
}
