package io.davit.backend.memory;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.SandboxId;
import io.davit.core.spi.Sighting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The engine itself: what stays while daemons come and go. A test that keeps a World and opens a second backend on it has
 * restarted the daemon.
 *
 * <p>Nothing moves by itself: a program whose time is over is found to have ended by the next look, and waiting calls
 * look again when their own time is over. A test that moves its clock forward calls {@link #tick} so that they look now.
 * Thread-safe; everything is guarded by the monitor of the World.
 */
public final class World {
    private static final int ADDRESSES_MAX = 0xFFFF;

    private final Registry registry = new Registry();
    private final Map<SandboxId, MemorySandbox> sandboxes = new LinkedHashMap<>();
    private final Map<ContainerId, MemoryContainer> containers = new LinkedHashMap<>();
    private final Map<ImageId, Image> images = new LinkedHashMap<>();
    private final Set<ContainerId> frozen = new LinkedHashSet<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private long pidLast = 1000;
    private int addressLast;

    /** What can be pulled. */
    public Registry registry() {
        return registry;
    }

    /** Ids of the sandboxes and containers there are, to look for leftovers. */
    public synchronized List<String> objects() {
        return Stream.concat(
                        sandboxes.keySet().stream().map(SandboxId::value),
                        containers.keySet().stream().map(ContainerId::value))
                .toList();
    }

    /** Lets a running container end by itself, as if its program had come to its end. */
    public synchronized void end(ContainerId id, int code, Instant at) {
        MemoryContainer container = container(id).orElseThrow(() -> Fault.absent(id));
        if (container.isRunning()) put(container.exited(code, at));
    }

    /** Lets a sandbox die, as if its processes had been killed by somebody else. */
    public synchronized void die(SandboxId id, Instant at) {
        MemorySandbox sandbox = sandbox(id).orElseThrow(() -> Fault.absent(id));
        put(new MemorySandbox(sandbox.spec(), new Sighting.DeadSandbox(id, at)));
    }

    /** Loses every trace of a container, as if somebody else had removed it. */
    public synchronized void lose(ContainerId id) {
        remove(id);
        notifyAll();
    }

    /** Breaks the connection of everybody who watches. */
    public synchronized void loseWatchers() {
        watchers.forEach(Watcher::lose);
        watchers.clear();
    }

    /** Lets a container stand still, as a daemon that died while it wrote a checkpoint leaves it. */
    public synchronized void freeze(ContainerId id) {
        frozen.add(id);
    }

    /** Containers that stand still. */
    public synchronized Set<ContainerId> frozen() {
        return Set.copyOf(frozen);
    }

    synchronized void thaw(ContainerId id) {
        frozen.remove(id);
    }

    /** Wakes all calls that wait, so that they look at the clock again. */
    public synchronized void tick() {
        watchers.forEach(Watcher::wake);
        notifyAll();
    }

    synchronized Optional<MemorySandbox> sandbox(SandboxId id) {
        return Optional.ofNullable(sandboxes.get(id));
    }

    synchronized Optional<MemoryContainer> container(ContainerId id) {
        return Optional.ofNullable(containers.get(id));
    }

    synchronized List<MemoryContainer> containers() {
        return List.copyOf(containers.values());
    }

    synchronized Map<ImageId, Image> images() {
        return new LinkedHashMap<>(images);
    }

    synchronized void put(MemorySandbox sandbox) {
        sandboxes.put(sandbox.id(), sandbox);
        tell(sandbox.seen());
    }

    synchronized void put(MemoryContainer container) {
        MemoryContainer before = containers.put(container.id(), container);
        if (before == null || !before.seen().equals(container.seen())) tell(container.seen());
        notifyAll();
    }

    synchronized void put(Image image) {
        images.put(image.id(), image);
    }

    synchronized boolean remove(SandboxId id) {
        return sandboxes.remove(id) != null;
    }

    synchronized boolean remove(ContainerId id) {
        frozen.remove(id);
        return containers.remove(id) != null;
    }

    synchronized boolean remove(ImageId id) {
        return images.remove(id) != null;
    }

    /** Everything there is at {@code now}. */
    synchronized List<Sighting> sightings(Instant now) {
        settle(now);
        return Stream.<Sighting>concat(
                        sandboxes.values().stream().map(MemorySandbox::seen),
                        containers.values().stream().map(MemoryContainer::seen))
                .toList();
    }

    /** Ends the programs whose time was over by {@code now}. */
    synchronized void settle(Instant now) {
        for (MemoryContainer container : containers()) {
            Optional<Instant> end = container.endsAt().filter(at -> !at.isAfter(now));
            Optional<Instant> kill =
                    container.isRunning() ? container.killAt().filter(at -> !at.isAfter(now)) : Optional.empty();
            if (end.isPresent()) {
                put(container.exited(container.program().orElseThrow().code(), end.orElseThrow()));
            } else if (kill.isPresent()) {
                put(container.exited(MemoryContainers.KILLED_CODE, kill.orElseThrow()));
            }
        }
    }

    /** How long nothing will happen by itself; empty if nothing ever will. */
    synchronized Optional<Duration> quiet(Instant now) {
        return containers.values().stream()
                .filter(MemoryContainer::isRunning)
                .flatMap(container -> Stream.concat(container.endsAt().stream(), container.killAt().stream()))
                .min(Instant::compareTo)
                .map(next -> Duration.between(now, next));
    }

    /** Waits until the container runs no longer. */
    synchronized void awaitEnd(ContainerId id, Clock clock) throws InterruptedException {
        while (true) {
            Instant now = clock.instant();
            settle(now);
            if (container(id).stream().noneMatch(MemoryContainer::isRunning)) return;
            // One millisecond more than nothing: wait(0) would wait for ever.
            wait(quiet(now).map(time -> time.toMillis() + 1).orElse(0L));
        }
    }

    synchronized long pid() {
        return ++pidLast;
    }

    /** An address of 10.99.0.0/16, the next one in turn. */
    synchronized byte[] address() {
        addressLast = addressLast % (ADDRESSES_MAX - 1) + 1;
        return new byte[] {10, 99, (byte) (addressLast >> 8), (byte) addressLast};
    }

    synchronized Watcher watcher() {
        Watcher watcher = new Watcher();
        watchers.add(watcher);
        return watcher;
    }

    synchronized void leave(Watcher watcher) {
        watchers.remove(watcher);
    }

    private void tell(Sighting sighting) {
        watchers.forEach(watcher -> watcher.see(sighting));
    }
}
