package io.davit.core.boot;

/** A daemon that serves the CRI. Safe for all threads. */
public interface RunningServer extends AutoCloseable {
    /** Returns when the server has ended by itself, which it does only after a failure that was logged. */
    void await() throws InterruptedException;

    /**
     * Takes over what can change while pods run: network configuration, registries. The log level was set before.
     *
     * @throws io.davit.core.domain.Fault if the new configuration cannot be used; the old one stays in force
     */
    void reload(ServerConfig config);

    /** Ends requests under way and lets go of everything. Pods go on running. Does nothing the second time. */
    @Override
    void close();
}
