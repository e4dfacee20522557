package io.davit.backend.oci.container;

import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.sandbox.OciSandboxes;
import io.davit.backend.oci.sandbox.SandboxMeter;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sighting;
import io.davit.core.spi.Usage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** What the oci backend sees: everything by looking, and changes by the exit files. */
public final class OciObserver implements Observer, AutoCloseable {
    private static final Logger LOG = System.getLogger("io.davit.backend.oci");

    private final ContainerLook look;
    private final OciSandboxes sandboxes;
    private final OciContainers containers;
    private final Roots roots;
    private final Endings endings;
    private final ContainerMeter meter;
    private final SandboxMeter sandboxMeter;
    private final List<BlockingQueue<News>> watchers = new CopyOnWriteArrayList<>();
    /** What was told last, so that looking again tells changes only; touched by the watch's thread alone. */
    private final Map<String, Sighting> told = new LinkedHashMap<>();

    private final ExitWatch watch;

    private sealed interface News {
        record Seen(Sighting sighting) implements News {}

        record Lost(Fault why) implements News {}
    }

    public OciObserver(
            VolatileLayout layout,
            ContainerLook look,
            OciSandboxes sandboxes,
            OciContainers containers,
            Roots roots,
            Endings endings,
            ContainerMeter meter,
            SandboxMeter sandboxMeter) {
        this.look = look;
        this.sandboxes = sandboxes;
        this.containers = containers;
        this.roots = roots;
        this.endings = endings;
        this.meter = meter;
        this.sandboxMeter = sandboxMeter;
        this.watch = new ExitWatch(layout.exits(), new Listening());
    }

    @Override
    public List<Sighting> sightings() {
        List<Sighting> all = new ArrayList<>(sandboxes.sightings());
        Set<ContainerId> ids = new HashSet<>(look.present());
        ids.addAll(roots.present());
        for (ContainerId id : ids) {
            // Gone since it was listed, unless the image side has something of it.
            sighting(id).ifPresent(all::add);
        }
        return all;
    }

    @Override
    public Optional<Sighting.OfContainer> sighting(ContainerId id) {
        Optional<Sighting.OfContainer> seen = look.look(id);
        if (seen.isPresent()) return seen;
        if (!roots.present().contains(id)) return Optional.empty();
        return Optional.of(new Sighting.UnclearContainer(id, "only its root file system is left"));
    }

    @Override
    public Optional<Usage.OfContainer> containerUsage(ContainerId id) {
        return meter.usage(id);
    }

    @Override
    public Optional<Usage.OfSandbox> sandboxUsage(SandboxSpec spec) {
        return sandboxMeter.usage(spec);
    }

    @Override
    public void watch(Consumer<Sighting> sink) throws InterruptedException {
        BlockingQueue<News> news = new LinkedBlockingQueue<>();
        watchers.add(news);
        try {
            while (true) {
                switch (news.take()) {
                    case News.Seen(Sighting sighting) -> sink.accept(sighting);
                    case News.Lost(Fault why) -> throw why;
                }
            }
        } finally {
            watchers.remove(news);
        }
    }

    private final class Listening implements ExitWatch.Listener {
        @Override
        public void exited(ContainerId id) {
            guarded("look at container " + id + " after its end", () -> {
                look.look(id).ifPresent(this::tell);
                containers.killLeftovers(id);
            });
            endings.signal();
        }

        @Override
        public void lookAgain() {
            Set<String> present = new HashSet<>();
            for (ContainerId id : look.present()) {
                present.add(id.value());
                guarded("look at container " + id, () -> look.look(id).ifPresent(this::tellIfNew));
            }
            guarded(
                    "look at the sandboxes",
                    () -> sandboxes.sightings().forEach(sighting -> {
                        if (sighting instanceof Sighting.DeadSandbox dead)
                            present.add(dead.id().value());
                        tellIfNew(sighting);
                    }));
            told.keySet().retainAll(present);
            endings.signal();
        }

        // One object that cannot be looked at must not hide the others, nor end the watch.
        private static void guarded(String doing, Runnable looking) {
            try {
                looking.run();
            } catch (Fault fault) {
                LOG.log(Level.WARNING, doing + ": " + fault.getMessage());
            } catch (RuntimeException bug) {
                LOG.log(Level.ERROR, doing, bug);
            }
        }

        @Override
        public void lost(Fault why) {
            watchers.forEach(watcher -> watcher.add(new News.Lost(why)));
        }

        private void tellIfNew(Sighting sighting) {
            switch (sighting) {
                case Sighting.ExitedContainer exited -> {
                    if (!exited.equals(told.get(exited.id().value()))) tell(exited);
                }
                case Sighting.DeadSandbox dead -> {
                    if (!dead.equals(told.put(dead.id().value(), dead))) publish(dead);
                }
                case Sighting.CreatedContainer _,
                        Sighting.RunningContainer _,
                        Sighting.UnclearContainer _,
                        Sighting.LiveSandbox _ -> {
                    // The core knows these: it has caused them, or its recovery has seen them.
                }
            }
        }

        private void tell(Sighting.OfContainer sighting) {
            told.put(sighting.id().value(), sighting);
            publish(sighting);
        }

        private void publish(Sighting sighting) {
            watchers.forEach(watcher -> watcher.add(new News.Seen(sighting)));
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
