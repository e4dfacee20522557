package io.davit.core.spi;

import io.davit.core.domain.ContainerId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a backend sees. */
public interface Observer {
    /** Everything there is now, also what this daemon did not make in this life. The food of recovery. */
    List<Sighting> sightings();

    /** One container now; empty if the engine knows nothing of it. */
    Optional<Sighting.OfContainer> sighting(ContainerId id);

    /**
     * Reports every change from now on, soon after it happened and possibly more than once, until interrupted.
     *
     * @throws io.davit.core.domain.Fault Unreachable when the source is lost; the core looks again and calls again
     */
    void watch(Consumer<Sighting> sink) throws InterruptedException;
}
