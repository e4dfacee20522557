package io.davit.backend.oci.runtime;

import io.davit.core.domain.Fault;
import io.davit.core.domain.RuntimeHandler;
import java.util.List;

/** The runtime handlers of this backend; the first serves the empty name. */
public record RuntimeCatalogue(List<RuntimeEntry> entries) {
    public RuntimeCatalogue {
        entries = List.copyOf(entries);
        if (entries.isEmpty()) throw new IllegalArgumentException("no runtime handler");
    }

    /** @throws Fault InvalidRequest if there is no such handler */
    public RuntimeEntry of(RuntimeHandler handler) {
        if (handler.isDefault()) return entries.getFirst();
        return entries.stream()
                .filter(entry -> entry.handler().equals(handler))
                .findFirst()
                .orElseThrow(() -> Fault.invalid(
                        "runtime_handler",
                        "the oci backend has no handler '" + handler.name() + "', only "
                                + entries.stream()
                                        .map(entry -> entry.handler().name())
                                        .toList()));
    }
}
