package io.davit.core.boot;

import io.davit.core.spi.BackendProvider;
import java.util.List;

/** Starts the server that {@code davit serve} runs; {@link CriServer#start}, or a stand-in. */
@FunctionalInterface
interface ServerLauncher {
    /** Returns when the socket answers. */
    RunningServer start(ServerConfig config, List<BackendProvider> providers);
}
