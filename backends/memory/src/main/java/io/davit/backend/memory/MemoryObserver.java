package io.davit.backend.memory;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sighting;
import io.davit.core.spi.Usage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Looks at the {@link World}. */
final class MemoryObserver implements Observer {
    private final World world;
    private final Clock clock;
    private final Path filesystem;
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

    MemoryObserver(World world, Clock clock, Path filesystem) {
        this.world = world;
        this.clock = clock;
        this.filesystem = filesystem;
    }

    @Override
    public List<Sighting> sightings() {
        return world.sightings(clock.instant());
    }

    @Override
    public Optional<Sighting.OfContainer> sighting(ContainerId id) {
        synchronized (world) {
            world.settle(clock.instant());
            return world.container(id).map(MemoryContainer::seen);
        }
    }

    @Override
    public Optional<Usage.OfContainer> containerUsage(ContainerId id) {
        Instant now = clock.instant();
        synchronized (world) {
            world.settle(now);
            return world.container(id).map(container -> Consumption.of(container, now, filesystem));
        }
    }

    @Override
    public Optional<Usage.OfSandbox> sandboxUsage(SandboxSpec spec) {
        Instant now = clock.instant();
        synchronized (world) {
            world.settle(now);
            return world.sandbox(spec.id()).map(sandbox -> Consumption.of(sandbox, world.containers(), now));
        }
    }

    @Override
    public void watch(Consumer<Sighting> sink) throws InterruptedException {
        Watcher watcher = world.watcher();
        watchers.add(watcher);
        try {
            while (true) {
                world.settle(clock.instant());
                switch (watcher.next(world.quiet(clock.instant()))) {
                    case Watcher.News.Seen(Sighting sighting) -> sink.accept(sighting);
                    case Watcher.News.Woken _ -> {} // the loop looks at the clock
                    case Watcher.News.Lost _ ->
                        throw new Fault(new Fault.Kind.Unreachable("the memory engine", "it let go of its watchers"));
                }
            }
        } finally {
            watchers.remove(watcher);
            world.leave(watcher);
        }
    }

    void close() {
        watchers.forEach(Watcher::lose);
    }
}
