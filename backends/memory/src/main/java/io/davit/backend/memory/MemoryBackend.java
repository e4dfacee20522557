package io.davit.backend.memory;

import io.davit.core.domain.RuntimeHandler;
import io.davit.core.spi.Backend;
import io.davit.core.spi.BackendInfo;
import io.davit.core.spi.BackendInfo.CgroupDriver;
import io.davit.core.spi.BackendInfo.Features;
import io.davit.core.spi.BackendInfo.Handler;
import io.davit.core.spi.Containers;
import io.davit.core.spi.HandlerSettings;
import io.davit.core.spi.HostServices;
import io.davit.core.spi.Images;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sandboxes;
import io.davit.core.spi.Streams;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One daemon's connection to the {@link World}. */
final class MemoryBackend implements Backend {
    private static final String VERSION = "1.0.0";
    private static final RuntimeHandler OWN_HANDLER = new RuntimeHandler("memory");

    private final BackendInfo info;
    private final MemorySandboxes sandboxes;
    private final MemoryContainers containers;
    private final MemoryImages images;
    private final MemoryStreams streams;
    private final MemoryObserver observer;

    MemoryBackend(World world, MemorySettings settings, List<HandlerSettings> handlers, HostServices host) {
        // A daemon that died while it wrote a checkpoint has left them so.
        world.frozen().forEach(world::thaw);
        info = info(handlers, settings.cni());
        sandboxes = new MemorySandboxes(world, settings.cni(), host.clock());
        containers = new MemoryContainers(world, host.clock());
        images = new MemoryImages(world, host.clock(), host.persistentDirectory());
        streams = new MemoryStreams(world, host.clock());
        observer = new MemoryObserver(world, host.clock(), host.persistentDirectory());
    }

    private static BackendInfo info(List<HandlerSettings> handlers, boolean cni) {
        Stream<RuntimeHandler> names =
                handlers.isEmpty() ? Stream.of(OWN_HANDLER) : handlers.stream().map(HandlerSettings::handler);
        return new BackendInfo(
                "memory",
                VERSION,
                names.map(name -> new Handler(name, false, false)).toList(),
                CgroupDriver.CGROUPFS,
                new Features(false, false, false),
                cni,
                Optional.empty());
    }

    @Override
    public BackendInfo info() {
        return info;
    }

    @Override
    public Sandboxes sandboxes() {
        return sandboxes;
    }

    @Override
    public Containers containers() {
        return containers;
    }

    @Override
    public Images images() {
        return images;
    }

    @Override
    public Streams streams() {
        return streams;
    }

    @Override
    public Observer observer() {
        return observer;
    }

    @Override
    public void close() {
        observer.close();
    }
}
