package io.davit.backend.oci.registry;

import java.time.Duration;

/** How one attempt at a call ended, if not for good with a Fault. */
sealed interface Attempt<T> {
    record Done<T>(T result) implements Attempt<T> {}

    /**
     * Worth another try.
     *
     * @param after what the registry asked for; zero if nothing
     */
    record Again<T>(String why, Duration after) implements Attempt<T> {}
}
