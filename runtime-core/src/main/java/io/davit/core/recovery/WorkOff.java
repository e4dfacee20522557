package io.davit.core.recovery;

import io.davit.core.domain.Fault;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what may take long on threads of their own, nothing twice at a time. Thread-safe. */
final class WorkOff {
    private static final Logger LOG = LoggerFactory.getLogger(WorkOff.class);

    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    /** Begins it, unless it is under way; a failure is logged: it is tried again. */
    void begin(String what, Runnable operation) {
        if (!underWay.add(what)) return;
        Thread.ofVirtual().name("reconcile-" + what).start(() -> {
            try {
                operation.run();
            } catch (RuntimeException e) {
                LOG.warn("{} could not be cleaned up, tried again: {}", what, Fault.reason(e));
            } finally {
                underWay.remove(what);
            }
        });
    }
}
