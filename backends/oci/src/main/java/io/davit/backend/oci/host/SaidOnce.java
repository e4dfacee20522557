package io.davit.backend.oci.host;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Log lines about what the host cannot do: each once in the daemon's life, because every container would repeat it. */
public final class SaidOnce {
    private static final Logger LOG = System.getLogger("io.davit.backend.oci");

    private final Set<String> said = ConcurrentHashMap.newKeySet();

    public void warn(String line) {
        if (said.add(line)) LOG.log(Level.WARNING, line);
    }
}
