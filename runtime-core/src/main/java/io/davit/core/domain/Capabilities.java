package io.davit.core.domain;

import java.util.List;

/** Changes to the default capabilities; names in upper case with CAP_, or ALL. ALL counts before single names. */
public record Capabilities(List<String> add, List<String> drop, List<String> addAmbient) {
    public static final Capabilities DEFAULT = new Capabilities(List.of(), List.of(), List.of());

    public Capabilities {
        add = List.copyOf(add);
        drop = List.copyOf(drop);
        addAmbient = List.copyOf(addAmbient);
    }
}
