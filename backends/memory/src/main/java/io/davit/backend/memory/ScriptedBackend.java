package io.davit.backend.memory;

import io.davit.core.spi.Backend;
import io.davit.core.spi.BackendInfo;
import io.davit.core.spi.Containers;
import io.davit.core.spi.Images;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sandboxes;
import io.davit.core.spi.Streams;

/** A backend whose five interfaces go through a {@link Script}. */
record ScriptedBackend(
        Backend backend, Sandboxes sandboxes, Containers containers, Images images, Streams streams, Observer observer)
        implements Backend {
    @Override
    public BackendInfo info() {
        return backend.info();
    }

    @Override
    public void close() {
        backend.close();
    }
}
