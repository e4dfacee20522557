package io.davit.backend.memory;

import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Removed;
import io.davit.core.spi.SandboxNetwork;
import io.davit.core.spi.SandboxUp;
import io.davit.core.spi.Sandboxes;
import io.davit.core.spi.Sighting.DeadSandbox;
import io.davit.core.spi.Sighting.LiveSandbox;
import io.davit.core.spi.Stopped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Sandboxes of the {@link World}; their network is done by the engine, unless it is to be CNI's. */
final class MemorySandboxes implements Sandboxes {
    /** Our own: there is no other without root. */
    private static final Path NETNS = Path.of("/proc/self/ns/net");

    private final World world;
    private final boolean cni;
    private final Clock clock;

    MemorySandboxes(World world, boolean cni, Clock clock) {
        this.world = world;
        this.cni = cni;
        this.clock = clock;
    }

    @Override
    public SandboxUp start(SandboxSpec spec) {
        synchronized (world) {
            if (world.sandbox(spec.id()).isPresent()) {
                throw new Fault(new Fault.Kind.Conflict("sandbox " + spec.id(), "itself"));
            }
            world.put(new MemorySandbox(spec, new LiveSandbox(spec.id())));
            return new SandboxUp(network(spec));
        }
    }

    @Override
    public Stopped stop(SandboxId id) {
        synchronized (world) {
            Optional<MemorySandbox> live = world.sandbox(id).filter(MemorySandbox::isLive);
            if (live.isEmpty()) return Stopped.ALREADY;
            world.put(new MemorySandbox(live.orElseThrow().spec(), new DeadSandbox(id, clock.instant())));
            return Stopped.NOW;
        }
    }

    @Override
    public Removed remove(SandboxId id) {
        return world.remove(id) ? Removed.NOW : Removed.ALREADY;
    }

    private SandboxNetwork network(SandboxSpec spec) {
        if (spec.security().namespaces().hostNetwork()) return new SandboxNetwork.Host();
        if (cni) return new SandboxNetwork.Unattached(NETNS);
        try {
            return new SandboxNetwork.Attached(List.of(InetAddress.getByAddress(world.address())));
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }
}
