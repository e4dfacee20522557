package io.davit.core.spi;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.SandboxSpec;
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
     * What a container uses now, or at the backend's last sample if looking takes long; never walks a disk. Empty if the
     * engine knows nothing of it.
     */
    Optional<Usage.OfContainer> containerUsage(ContainerId id);

    /**
     * What a sandbox uses as a whole, as {@link #containerUsage} does.
     *
     * @param spec as it was started
     */
    Optional<Usage.OfSandbox> sandboxUsage(SandboxSpec spec);

    /**
     * Reports every change from now on, soon after it happened and possibly more than once, until interrupted.
     *
     * @throws io.davit.core.domain.Fault Unreachable when the source is lost; the core looks again and calls again
     */
    void watch(Consumer<Sighting> sink) throws InterruptedException;
}
