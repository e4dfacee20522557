package io.davit.core.boot;

import io.davit.core.domain.RuntimeHandler;
import io.davit.core.network.NetworkSettings;
import io.davit.core.node.ImageNameSettings;
import io.davit.core.observe.MetricsSettings;
import io.davit.core.spi.HandlerSettings;
import io.davit.core.streaming.StreamingSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The whole configuration, checked.
 *
 * @param handlers by name
 * @param backends by the name of the provider: an instance of its {@code settings()}, for every provider there is
 */
public record ServerConfig(
        ServerSettings server,
        LogSettings log,
        NetworkSettings network,
        StreamingSettings streaming,
        MetricsSettings metrics,
        ImageNameSettings images,
        Map<String, HandlerTable> handlers,
        Map<String, Record> backends) {
    public ServerConfig {
        handlers = Map.copyOf(handlers);
        backends = Map.copyOf(backends);
    }

    /** The handlers of one backend, by name; empty: it offers what it finds. */
    public List<HandlerSettings> handlersOf(String backend) {
        return new TreeMap<>(handlers)
                .entrySet().stream()
                        .filter(entry -> entry.getValue().backend().equals(backend))
                        .map(entry -> new HandlerSettings(
                                new RuntimeHandler(entry.getKey()),
                                entry.getValue().options()))
                        .toList();
    }
}
