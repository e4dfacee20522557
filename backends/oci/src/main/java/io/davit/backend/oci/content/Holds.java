package io.davit.backend.oci.content;

import io.davit.core.domain.Digest;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Counts who needs which content: images, containers, pulls under way. What nobody holds may go. Thread-safe. */
public final class Holds {
    private final Map<Digest, Integer> counts = new HashMap<>();

    public synchronized void hold(Collection<Digest> content) {
        content.forEach(digest -> counts.merge(digest, 1, Integer::sum));
    }

    /** Takes back a {@link #hold} of the same content. */
    public synchronized void release(Collection<Digest> content) {
        content.forEach(digest -> counts.computeIfPresent(digest, (_, count) -> count == 1 ? null : count - 1));
    }

    public synchronized boolean isHeld(Digest digest) {
        return counts.containsKey(digest);
    }
}
