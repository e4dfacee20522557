package io.davit.backend.oci.checkpoint;

import io.davit.core.domain.Fault;
import java.time.Duration;

/** How much is left of a limit. */
record Stopwatch(Duration limit, long begun) {
    Stopwatch(Duration limit) {
        this(limit, System.nanoTime());
    }

    /** @throws Fault of kind TimedOut when nothing is left */
    Duration left() {
        Duration left = limit.minusNanos(System.nanoTime() - begun);
        if (left.isPositive()) return left;
        throw new Fault(new Fault.Kind.TimedOut("the checkpoint", limit));
    }
}
