package io.davit.core.streaming;

import java.util.Arrays;
import java.util.Optional;

/** The streams of Exec and Attach. A SPDY client names them, a WebSocket client numbers them. */
enum StreamType {
    STDIN("stdin", 0),
    STDOUT("stdout", 1),
    STDERR("stderr", 2),
    ERROR("error", 3),
    RESIZE("resize", 4);

    private final String text;
    private final int channel;

    StreamType(String text, int channel) {
        this.text = text;
        this.channel = channel;
    }

    static Optional<StreamType> of(String text) {
        return Arrays.stream(values()).filter(type -> type.text.equals(text)).findFirst();
    }

    /** Its number in a WebSocket message; from 0 without a gap. */
    int channel() {
        return channel;
    }

    /** True if the client sends and we read. */
    boolean fromClient() {
        return switch (this) {
            case STDIN, RESIZE -> true;
            case STDOUT, STDERR, ERROR -> false;
        };
    }
}
