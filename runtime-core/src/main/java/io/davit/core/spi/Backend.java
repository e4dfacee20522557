package io.davit.core.spi;

/** One container engine. Opened once per daemon; closing it stops no container. */
public interface Backend extends AutoCloseable {
    /** Name, version and features; from memory, never waits for the engine. */
    BackendInfo info();

    Sandboxes sandboxes();

    Containers containers();

    Images images();

    Streams streams();

    Observer observer();

    /** Lets go of watches and threads. Containers go on running. */
    @Override
    void close();
}
