package io.davit.core.spi;

import java.util.Map;

/** One container engine. Opened once per daemon; closing it stops no container. */
public interface Backend extends AutoCloseable {
    /** Name, version and features; from memory, never waits for the engine. */
    BackendInfo info();

    Sandboxes sandboxes();

    Containers containers();

    Images images();

    Streams streams();

    Observer observer();

    /**
     * Takes over what may change while it runs; what may not stays as it was.
     *
     * @param settings as for {@link BackendProvider#open}
     */
    default void reload(Record settings) {}

    /** What verbose Status shows of this backend besides its version: texts, lists and maps of them. From memory. */
    default Map<String, Object> details() {
        return Map.of();
    }

    /** Lets go of watches and threads. Containers go on running. */
    @Override
    void close();
}
