package io.davit.backend.memory;

import io.davit.core.domain.ImageConfig;
import io.davit.core.spi.Backend;
import io.davit.core.spi.BackendProvider;
import io.davit.core.spi.Finding;
import io.davit.core.spi.HandlerSettings;
import io.davit.core.spi.HostServices;
import java.util.List;
import java.util.Map;

/**
 * Opens the memory backend: {@code backend = "memory"}. The ServiceLoader gets a provider with a {@link World} of its own,
 * which lives as long as the daemon; a test hands in the World and the {@link Script} that it wants to hold in its hands.
 */
public final class MemoryProvider implements BackendProvider {
    /** What a container of a configured image runs that says nothing else: it stays until it is stopped. */
    private static final ImageConfig STAYS = new ImageConfig(
            List.of(), List.of("sleep", "infinity"), List.of("PATH=/bin"), "/", "", "", List.of(), Map.of());

    private final World world;
    private final Script script;

    public MemoryProvider() {
        this(new World(), new Script());
    }

    public MemoryProvider(World world, Script script) {
        this.world = world;
        this.script = script;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Class<MemorySettings> settings() {
        return MemorySettings.class;
    }

    @Override
    public Backend open(Record settings, List<HandlerSettings> handlers, HostServices host) {
        MemorySettings memory = settings().cast(settings);
        memory.images().forEach(name -> world.registry().publish(name, STAYS));
        memory.unreachableRegistries().forEach(world.registry()::unreachable);
        return script.around(new MemoryBackend(world, memory, handlers, host));
    }

    @Override
    public List<Finding> diagnose(Record settings, HostServices host) {
        return List.of(Finding.ok("memory", "needs nothing of this host, and runs nothing on it"));
    }
}
