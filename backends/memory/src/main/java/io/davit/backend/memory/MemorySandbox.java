package io.davit.backend.memory;

import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Sighting;

/** A sandbox of the {@link World}; {@code seen} is what an observer sees of it. */
record MemorySandbox(SandboxSpec spec, Sighting seen) {
    SandboxId id() {
        return spec.id();
    }

    boolean isLive() {
        return seen instanceof Sighting.LiveSandbox;
    }
}
