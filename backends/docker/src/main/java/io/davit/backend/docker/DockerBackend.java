package io.davit.backend.docker;

import io.davit.backend.docker.container.ContainerSightings;
import io.davit.backend.docker.container.CreateRequest;
import io.davit.backend.docker.container.DockerContainers;
import io.davit.backend.docker.engine.Daemon;
import io.davit.backend.docker.engine.DaemonInfo;
import io.davit.backend.docker.engine.HostFiles;
import io.davit.backend.docker.engine.Names;
import io.davit.backend.docker.image.DockerImages;
import io.davit.backend.docker.log.ContainerLogs;
import io.davit.backend.docker.observe.DockerObserver;
import io.davit.backend.docker.sandbox.CgroupParents;
import io.davit.backend.docker.sandbox.DockerSandboxes;
import io.davit.backend.docker.sandbox.HolderImage;
import io.davit.backend.docker.stream.DockerStreams;
import io.davit.backend.docker.usage.ControlGroups;
import io.davit.backend.docker.usage.Meter;
import io.davit.backend.docker.usage.WritableLayers;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Backend;
import io.davit.core.spi.BackendInfo;
import io.davit.core.spi.Containers;
import io.davit.core.spi.HandlerSettings;
import io.davit.core.spi.HostServices;
import io.davit.core.spi.Images;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sandboxes;
import io.davit.core.spi.Streams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Docker backend: puts its parts together and takes them apart. */
final class DockerBackend implements Backend {
    private static final Duration ASK_AGAIN = Duration.ofMillis(250);

    private final Daemon daemon;
    private final DaemonInfo info;
    private final Handlers handlers;
    private final ContainerLogs logs;
    private final WritableLayers layers;
    private final DockerSandboxes sandboxes;
    private final DockerContainers containers;
    private final DockerImages images;
    private final DockerStreams streams;
    private final DockerObserver observer;

    private DockerBackend(
            DockerSettings settings, Daemon daemon, DaemonInfo info, Handlers handlers, HostServices host) {
        this.daemon = daemon;
        this.info = info;
        this.handlers = handlers;
        Names names = new Names(Owner.of(host));
        Path pods = host.volatileDirectory().resolve("pods");
        HostFiles.makeDirectory(pods);
        ControlGroups groups = ControlGroups.ofThisHost();
        CgroupParents parents = new CgroupParents(info.cgroupDriver().equals("systemd"), settings.cgroupParent());
        this.logs = new ContainerLogs(host.persistentDirectory().resolve("logs"));
        this.layers = new WritableLayers(info.rootDirectory(), host.clock());
        Meter meter = new Meter(daemon, groups, layers, host.clock());
        ContainerSightings sightings = new ContainerSightings(daemon, logs, host.clock());
        this.images = new DockerImages(
                daemon,
                settings.pullStall(),
                host.persistentDirectory().resolve("forgotten-images"),
                info.rootDirectory(),
                layers,
                host.clock());
        this.sandboxes = new DockerSandboxes(
                daemon,
                names,
                new DockerSandboxes.SandboxPolicy(
                        pods, settings.sandboxImage(), settings.shmBytes(), parents, handlers.runtimes()),
                new HolderImage(daemon, settings.holder()),
                groups);
        this.containers = new DockerContainers(new DockerContainers.Parts(
                daemon,
                names,
                info,
                new CreateRequest.ContainerPolicy(
                        pods, parents, settings.logBytes(), settings.logFiles(), handlers.runtimes()),
                settings.createMissingHostPaths(),
                handlers.recursivelyReadOnly(info),
                sightings,
                logs,
                host.volatileDirectory().resolve("signalled"),
                id -> {
                    meter.forget(Names.of(id));
                    images.removeForgotten();
                },
                host.clock()));
        this.streams = new DockerStreams(daemon, pods);
        this.observer = new DockerObserver(daemon, names, sightings, images, meter, pods, host.clock());
    }

    /** Waits a while for the daemon: both may be started at once with the host. */
    static DockerBackend open(DockerSettings settings, List<HandlerSettings> configured, HostServices host) {
        Daemon daemon = connect(settings);
        try {
            DaemonInfo info = DaemonInfo.of(daemon);
            DockerBackend backend = new DockerBackend(settings, daemon, info, Handlers.of(configured, info), host);
            backend.begin();
            return backend;
        } catch (RuntimeException e) {
            daemon.close();
            throw e;
        }
    }

    private static Daemon connect(DockerSettings settings) {
        Daemon.Limits limits = new Daemon.Limits(settings.lookLimit(), settings.changeLimit());
        long deadline = System.nanoTime() + settings.startupWait().toNanos();
        while (true) {
            try {
                return Daemon.open(settings.socket(), limits);
            } catch (Fault fault) {
                boolean mayCome = fault.kind() instanceof Fault.Kind.Unreachable;
                if (!mayCome || System.nanoTime() > deadline) throw fault;
            }
            try {
                Thread.sleep(ASK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Fault(new Fault.Kind.Cancelled("waiting for the Docker daemon"), e);
            }
        }
    }

    /** Looks at everything once: logs of containers that run are followed from now on. */
    private void begin() {
        try {
            images.refresh();
            observer.sightings();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public BackendInfo info() {
        return new BackendInfo(
                "docker",
                info.version(),
                handlers.described(info),
                info.cgroupDriver().equals("systemd")
                        ? BackendInfo.CgroupDriver.SYSTEMD
                        : BackendInfo.CgroupDriver.CGROUPFS,
                new BackendInfo.Features(false, false, false),
                true,
                daemon.trouble());
    }

    @Override
    public Map<String, Object> details() {
        return Map.of(
                "apiVersion", daemon.version().toString(),
                "storageDriver", info.storageDriver(),
                "liveRestore", Boolean.toString(info.liveRestore()),
                "runtimes", new TreeMap<>(handlers.runtimes()));
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
        logs.close();
        layers.close();
        daemon.close();
    }
}
