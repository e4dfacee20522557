package io.davit.backend.memory;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.Resources;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.spi.Containers;
import io.davit.core.spi.Created;
import io.davit.core.spi.Removed;
import io.davit.core.spi.Sighting.CreatedContainer;
import io.davit.core.spi.Started;
import io.davit.core.spi.Stopped;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Containers of the {@link World}. */
final class MemoryContainers implements Containers {
    /** What a shell reports after SIGKILL. */
    static final int KILLED_CODE = 128 + Signal.KILL.number();

    private final World world;
    private final Clock clock;

    MemoryContainers(World world, Clock clock) {
        this.world = world;
        this.clock = clock;
    }

    @Override
    public Created create(SandboxSpec sandbox, ContainerSpec spec) {
        return put(sandbox, MemoryContainer.created(spec));
    }

    @Override
    public void checkpoint(CheckpointRequest request) {
        MemoryCheckpoint.write(world, clock, request);
    }

    @Override
    public Created restore(SandboxSpec sandbox, ContainerSpec spec, Path archive) {
        Program program = Program.of(spec.process().arguments());
        return put(sandbox, MemoryContainer.restored(spec, program.after(MemoryCheckpoint.age(archive))));
    }

    private Created put(SandboxSpec sandbox, MemoryContainer fresh) {
        ContainerSpec spec = fresh.spec();
        synchronized (world) {
            MemorySandbox home = world.sandbox(sandbox.id()).orElseThrow(() -> Fault.absent(sandbox.id()));
            if (!home.isLive()) throw refused("pod sandbox " + sandbox.id(), "it was stopped; run a new one");
            if (!world.images().containsKey(spec.imageId())) {
                throw new Fault(new Fault.Kind.Absent("image " + spec.imageId()));
            }
            if (world.container(spec.id()).isPresent()) {
                throw new Fault(new Fault.Kind.Conflict("container " + spec.id(), "itself"));
            }
            world.put(fresh);
            return new Created(Optional.empty());
        }
    }

    @Override
    public Started start(ContainerId id) {
        synchronized (world) {
            MemoryContainer container = get(id);
            if (!(container.seen() instanceof CreatedContainer)) {
                throw refused("container " + id, "it was started before; a container runs once");
            }
            Program program = container
                    .program()
                    .orElseGet(() -> Program.of(container.spec().process().arguments()));
            Instant now = clock.instant();
            MemoryContainer running = container.started(program, world.pid(), now);
            ContainerLog log = ContainerLog.of(container.spec());
            log.append(ContainerLog.Stream.STDOUT, program.output(), now);
            log.append(ContainerLog.Stream.STDERR, program.complaint(), now);
            world.put(running);
            // Without anything to read, cat is over before it has begun.
            if (program.copiesInput() && !container.spec().stdio().stdin()) world.put(running.exited(0, now));
            world.settle(now);
            return new Started(now, running.pid());
        }
    }

    @Override
    public Stopped stop(ContainerId id, Signal signal, GracePeriod grace) {
        try {
            synchronized (world) {
                Instant now = clock.instant();
                world.settle(now);
                Optional<MemoryContainer> running = world.container(id).filter(MemoryContainer::isRunning);
                if (running.isEmpty()) return Stopped.ALREADY;
                MemoryContainer container = running.orElseThrow();
                boolean ends = !grace.isNone()
                        && container.obeys(signal)
                        && container.killAt().isEmpty();
                world.put(
                        ends
                                ? container.exited(128 + signal.number(), now)
                                : container.killedAt(now.plus(grace.duration())));
                world.awaitEnd(id, clock);
                return Stopped.NOW;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled("stop of container " + id), e);
        }
    }

    @Override
    public Removed remove(ContainerId id) {
        synchronized (world) {
            Instant now = clock.instant();
            world.container(id)
                    .filter(MemoryContainer::isRunning)
                    .ifPresent(container -> world.put(container.exited(KILLED_CODE, now)));
            return world.remove(id) ? Removed.NOW : Removed.ALREADY;
        }
    }

    @Override
    public void update(ContainerId id, Resources resources) {
        synchronized (world) {
            world.put(get(id).limited(resources));
        }
    }

    @Override
    public void reopenLog(ContainerId id) {
        synchronized (world) {
            MemoryContainer container = get(id);
            if (!container.isRunning()) throw refused("container " + id, "it does not run, so it writes no log");
            ContainerLog.of(container.spec()).reopen();
        }
    }

    private MemoryContainer get(ContainerId id) {
        return world.container(id).orElseThrow(() -> Fault.absent(id));
    }

    private static Fault refused(String what, String why) {
        return new Fault(new Fault.Kind.Refused(what, why));
    }
}
