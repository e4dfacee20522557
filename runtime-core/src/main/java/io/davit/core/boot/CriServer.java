package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.spi.BackendProvider;
import java.util.List;

/** Wires the parts of the daemon together. */
public final class CriServer {
    private CriServer() {}

    /** Opens the stores and backends, recovers, and serves; returns when the socket answers. */
    public static RunningServer start(ServerConfig config, List<BackendProvider> providers) {
        throw new Fault(new Fault.Kind.Unsupported(
                "serving the CRI on " + config.server().socket(),
                "this build has " + providers.size() + " backends, but not yet the server itself"));
    }
}
