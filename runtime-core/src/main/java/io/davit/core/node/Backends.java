package io.davit.core.node;

import io.davit.core.domain.Fault;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Backend;
import io.davit.core.spi.BackendInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The backends of this node and which runtime handler leads to which. */
public final class Backends {
    private final Map<String, Backend> byName = new LinkedHashMap<>();
    private final Map<String, String> nameByHandler = new LinkedHashMap<>();
    private final RuntimeHandler defaultHandler;
    private final List<String> forImages;

    /** A backend under the name that records use. */
    public record Named(String name, Backend backend) {}

    /**
     * @param opened in order of preference, at least one
     * @param defaultHandler the handler behind the empty name; the default handler itself: the first one of the first
     *     backend
     * @param forImages names of those that get images of requests without a handler; empty: the default handler's
     * @throws Fault of kind Refused if two backends claim one handler, nobody has the default one, or cgroup drivers
     *     differ
     */
    public Backends(List<Backend> opened, RuntimeHandler defaultHandler, List<String> forImages) {
        for (Backend backend : opened) {
            byName.put(backend.info().name(), backend);
            backend.info()
                    .handlers()
                    .forEach(handler -> claim(handler.handler(), backend.info().name()));
        }
        this.defaultHandler = defaultHandler.isDefault()
                ? opened.getFirst().info().handlers().getFirst().handler()
                : defaultHandler;
        if (!nameByHandler.containsKey(this.defaultHandler.name())) {
            throw refused("the default handler '" + this.defaultHandler + "' is served by no backend; handlers are "
                    + nameByHandler.keySet());
        }
        requireOneCgroupDriver();
        this.forImages = List.copyOf(forImages);
    }

    private void claim(RuntimeHandler handler, String backend) {
        String other = nameByHandler.putIfAbsent(handler.name(), backend);
        if (other != null) throw refused("handler '" + handler + "' is served by both " + other + " and " + backend);
    }

    private void requireOneCgroupDriver() {
        List<BackendInfo> infos = byName.values().stream().map(Backend::info).toList();
        if (infos.stream().map(BackendInfo::cgroupDriver).distinct().count() == 1) return;
        List<String> each = new ArrayList<>();
        infos.forEach(info -> each.add(info.name() + " uses " + info.cgroupDriver()));
        throw refused("all backends of a node need one cgroup driver, but " + String.join(", ", each));
    }

    private static Fault refused(String why) {
        return new Fault(new Fault.Kind.Refused("the backends cannot work together", why));
    }

    /** @throws Fault of kind InvalidRequest if no backend serves the handler */
    public Named forHandler(RuntimeHandler handler) {
        String wanted = handler.isDefault() ? defaultHandler.name() : handler.name();
        String name = nameByHandler.get(wanted);
        if (name == null) {
            throw Fault.invalid("runtime_handler", "unknown: '" + wanted + "'; known: " + nameByHandler.keySet());
        }
        return named(name);
    }

    /**
     * Whose stores a request for an image is about: that of the handler it names; without one those that are configured
     * for this, the first of which answers.
     *
     * @throws Fault of kind InvalidRequest if no backend serves the handler
     */
    public List<Named> forImages(RuntimeHandler handler) {
        if (!handler.isDefault() || forImages.isEmpty()) return List.of(forHandler(handler));
        return forImages.stream().map(this::named).toList();
    }

    /**
     * The sandbox as its backend is told of it: which handler is the default one is configured for all backends together,
     * so none of them can know what the empty name means. (Unless the default has moved to another backend since the
     * sandbox was made; its own first handler does then.)
     */
    public SandboxSpec forBackend(String backend, SandboxSpec spec) {
        boolean known = backend.equals(nameByHandler.get(defaultHandler.name()));
        return spec.handler().isDefault() && known ? spec.withHandler(defaultHandler) : spec;
    }

    /** @throws Fault of kind Refused if a record names a backend that is not configured any more */
    public Named named(String name) {
        Backend backend = byName.get(name);
        if (backend == null) {
            throw new Fault(new Fault.Kind.Refused(
                    "backend '" + name + "'", "not configured, but objects of it exist; add its table to the file"));
        }
        return new Named(name, backend);
    }

    /** Whether there is a backend that leaves its pods' network to the core. */
    public boolean needPodNetwork() {
        return byName.values().stream().anyMatch(backend -> backend.info().needsPodNetwork());
    }

    public boolean has(String name) {
        return byName.containsKey(name);
    }

    public List<Named> all() {
        return byName.entrySet().stream()
                .map(entry -> new Named(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** The handler behind the empty name. */
    public RuntimeHandler defaultHandler() {
        return defaultHandler;
    }
}
