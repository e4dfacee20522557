package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Backend;
import io.davit.core.spi.BackendProvider;
import io.davit.core.spi.Finding;
import io.davit.core.spi.HandlerSettings;
import io.davit.core.spi.HostServices;
import java.util.List;

/** A provider by name with settings and findings, and no engine. */
record StandInProvider(String name, Class<? extends Record> settings, List<Finding> findings)
        implements BackendProvider {
    /** As the installed daemon sees it: the default configuration names the backend oci. */
    static List<BackendProvider> oci(Class<? extends Record> settings) {
        return List.of(new StandInProvider("oci", settings, List.of()));
    }

    @Override
    public Backend open(Record settings, List<HandlerSettings> handlers, HostServices host) {
        throw new Fault(new Fault.Kind.Unsupported("opening " + name, "it has no engine"));
    }

    @Override
    public List<Finding> diagnose(Record settings, HostServices host) {
        return findings;
    }
}
