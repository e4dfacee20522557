package io.davit.conformance.suite.checks;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The messages of a server's stream. */
final class Streamed {
    private Streamed() {}

    /** All of them, to the end of the stream. */
    static <T> List<T> of(Iterator<T> stream) {
        List<T> messages = new ArrayList<>();
        stream.forEachRemaining(messages::add);
        return messages;
    }
}
