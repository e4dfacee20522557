package io.davit.backend.docker;

import io.davit.backend.docker.engine.DaemonInfo;
import io.davit.core.domain.Fault;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.spi.BackendInfo;
import io.davit.core.spi.HandlerSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Runtime handlers, and Docker's runtime behind each.
 *
 * @param runtimes by name of the handler, in their order; the empty word is the daemon's default
 */
record Handlers(Map<String, String> runtimes) {
    private static final String OPTION = "runtime";
    private static final String NAME = "docker";
    /** Docker lists containerd's shims besides the runtimes that they start. */
    private static final String SHIM = "io.containerd.";

    /**
     * Those of the configuration, whose option {@code runtime} names a runtime of the daemon; without any, {@code
     * docker} for the daemon's default and {@code docker-NAME} for each of its runtimes.
     *
     * @throws Fault InvalidRequest for a runtime that the daemon does not have
     */
    static Handlers of(List<HandlerSettings> configured, DaemonInfo info) {
        Map<String, String> runtimes = new LinkedHashMap<>();
        for (HandlerSettings settings : configured) {
            String runtime = settings.options().getOrDefault(OPTION, "");
            if (!runtime.isEmpty() && !info.runtimes().containsKey(runtime)) {
                throw Fault.invalid(
                        "handlers." + settings.handler().name() + "." + OPTION,
                        "Docker has no runtime '" + runtime + "'; it has "
                                + new TreeSet<>(info.runtimes().keySet())
                                + "; more are added in daemon.json under runtimes");
            }
            runtimes.put(settings.handler().name(), runtime);
        }
        if (runtimes.isEmpty()) {
            runtimes.put(NAME, "");
            new TreeSet<>(info.runtimes().keySet())
                    .stream()
                            .filter(runtime -> !runtime.startsWith(SHIM))
                            .forEach(runtime -> runtimes.put(NAME + "-" + runtime, runtime));
        }
        return new Handlers(runtimes);
    }

    List<BackendInfo.Handler> described(DaemonInfo info) {
        return runtimes.entrySet().stream()
                .map(entry -> new BackendInfo.Handler(
                        new RuntimeHandler(entry.getKey()), recursiveReadOnly(entry.getValue(), info), false))
                .toList();
    }

    private static boolean recursiveReadOnly(String runtime, DaemonInfo info) {
        return info.runtimes().getOrDefault(runtime.isEmpty() ? info.defaultRuntime() : runtime, false);
    }

    /** Those whose runtime can mount recursively read-only. */
    Set<RuntimeHandler> recursivelyReadOnly(DaemonInfo info) {
        return described(info).stream()
                .filter(BackendInfo.Handler::recursiveReadOnlyMounts)
                .map(BackendInfo.Handler::handler)
                .collect(Collectors.toUnmodifiableSet());
    }
}
