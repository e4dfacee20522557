package io.davit.core.spi;

import io.davit.core.domain.RuntimeHandler;
import java.util.Map;

/** A runtime handler of the configuration: its name and the engine's options, as written there. */
public record HandlerSettings(RuntimeHandler handler, Map<String, String> options) {
    public HandlerSettings {
        options = Map.copyOf(options);
    }
}
