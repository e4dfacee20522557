package io.davit.backend.memory;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sighting;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Looks at the {@link World}. */
final class MemoryObserver implements Observer {
    private final World world;
    private final Clock clock;
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

    MemoryObserver(World world, Clock clock) {
        this.world = world;
        this.clock = clock;
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
