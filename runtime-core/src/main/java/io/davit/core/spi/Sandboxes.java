package io.davit.core.spi;

import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;

/** Pod sandboxes of an engine. */
public interface Sandboxes {
    /**
     * Makes the sandbox: namespaces, files, mounts; not yet its network, unless the engine does that itself. When it
     * throws, half a sandbox may stay: {@link #remove} copes with it.
     */
    SandboxUp start(SandboxSpec spec);

    /**
     * Ends what keeps the sandbox alive: after this no process of the sandbox itself runs and its namespaces are
     * unpinned. The core has stopped its containers and taken its network down before.
     */
    Stopped stop(SandboxId id);

    /** Removes everything that {@link #start} made, also half of it, also of a running sandbox. */
    Removed remove(SandboxId id);
}
