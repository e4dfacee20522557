package io.davit.core.boot;

import io.davit.core.spi.Setting;
import java.util.Map;

/** {@code [handlers.NAME]}: one runtime handler. */
public record HandlerTable(
        @Setting(comment = "Which backend runs it.", value = "oci")
        String backend,

        @Setting(comment = "What this backend should know about the handler, as texts.", value = "")
        Map<String, String> options) {
    public HandlerTable {
        options = Map.copyOf(options);
    }
}
