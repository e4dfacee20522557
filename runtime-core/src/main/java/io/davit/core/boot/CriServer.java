package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.grpc.RpcServer;
import io.davit.core.network.PodNetwork;
import io.davit.core.node.Backends;
import io.davit.core.node.ImageLookup;
import io.davit.core.node.Node;
import io.davit.core.observe.Meter;
import io.davit.core.observe.MetricsServer;
import io.davit.core.observe.MetricsSettings;
import io.davit.core.process.ChildProcesses;
import io.davit.core.query.UsageSampler;
import io.davit.core.recovery.ExitWatch;
import io.davit.core.recovery.Recovery;
import io.davit.core.spi.Backend;
import io.davit.core.spi.BackendProvider;
import io.davit.core.spi.Commands;
import io.davit.core.spi.HostServices;
import io.davit.core.store.NodeStore;
import io.davit.core.streaming.StreamingServer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the parts of the daemon together. */
public final class CriServer implements RunningServer {
    private static final Logger LOG = LoggerFactory.getLogger(CriServer.class);

    private final PodNetwork network;
    private final ImageLookup names;
    private final List<Backend> backends;
    private final RpcServer rpc;
    private final Closing closing;

    private CriServer(PodNetwork network, ImageLookup names, List<Backend> backends, RpcServer rpc, Closing closing) {
        this.network = network;
        this.names = names;
        this.backends = List.copyOf(backends);
        this.rpc = rpc;
        this.closing = closing;
    }

    /**
     * Opens the stores and backends, recovers, and serves; returns when the socket answers. The caller holds the locks of
     * both directories.
     */
    public static RunningServer start(ServerConfig config, List<BackendProvider> providers) {
        try (Closing closing = new Closing()) {
            CriServer server = start(config, providers, closing);
            server.closing.takeFrom(closing);
            return server;
        }
    }

    private static CriServer start(ServerConfig config, List<BackendProvider> providers, Closing closing) {
        ServerSettings settings = config.server();
        Commands commands = settings.parallelPrograms() == 0
                ? ChildProcesses.forThisMachine()
                : new ChildProcesses(settings.parallelPrograms());
        PodNetwork network = new PodNetwork(config.network(), commands);
        PrivateDirectories.make(settings.root());
        NodeStore store = new NodeStore(settings.root().resolve("records"), Clock.systemUTC());
        List<Backend> opened = new ArrayList<>();
        for (String name : settings.backends()) {
            Backend backend = open(provider(name, providers), config, commands);
            closing.add(backend::close);
            opened.add(backend);
        }
        Backends backends = new Backends(
                opened,
                new RuntimeHandler(settings.defaultHandler()),
                config.images().backends());
        ImageLookup names = new ImageLookup(config.images().shortNameRegistries());
        Node node = new Node(store, backends, new PodNetworks(network), names, Clock.systemUTC());
        Operations operations = Operations.on(node, new SecureRandom());
        BootRecord boot = BootRecord.read(settings.root());
        List<Recovery.Orphan> orphans = new Recovery(node).run(boot.rebooted());
        boot.write();
        for (Backends.Named named : backends.all()) {
            closing.add(ExitWatch.start(node, named)::close);
        }
        closing.add(operations.reconcile(orphans)::close);
        StreamingServer streaming = new StreamingServer(
                config.streaming(), Clock.systemUTC(), new SecureRandom(), new NodeStreamTargets(node));
        closing.add(streaming::close);
        UsageSampler sampler = UsageSampler.start(node);
        closing.add(sampler::close);
        Meter meter = meter(config.metrics(), node, closing);
        RpcServer rpc = RpcServer.start(
                settings.socket(),
                settings.messageBytesMax(),
                meter,
                operations.runtimeService(DavitVersion.current(), streaming, sampler),
                operations.imageService(meter),
                operations.imageArchives());
        closing.add(rpc::close);
        return new CriServer(network, names, opened, rpc, new Closing());
    }

    /** Starts what answers with the metrics, if somebody wants them. */
    private static Meter meter(MetricsSettings settings, Node node, Closing closing) {
        if (!settings.isOn()) return Meter.NONE;
        MetricsServer metrics = MetricsServer.start(settings, node, DavitVersion.current());
        closing.add(metrics::close);
        LOG.info("metrics are on {}", settings.address());
        return metrics.meter();
    }

    private static BackendProvider provider(String name, List<BackendProvider> providers) {
        return providers.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Fault.invalid(
                        "server.backends",
                        "no backend '" + name + "'; there are "
                                + providers.stream().map(BackendProvider::name).toList()));
    }

    private static Backend open(BackendProvider provider, ServerConfig config, Commands commands) {
        Path persistent = config.server().root().resolve(provider.name());
        Path passing = config.server().state().resolve(provider.name());
        PrivateDirectories.make(persistent);
        PrivateDirectories.makePassable(config.server().state());
        PrivateDirectories.makePassable(passing);
        HostServices host = new HostServices(Clock.systemUTC(), new SecureRandom(), persistent, passing, commands);
        Record settings = config.backends().get(provider.name());
        if (settings == null) throw new AssertionError("every provider's table was bound");
        Backend backend = provider.open(settings, config.handlersOf(provider.name()), host);
        LOG.info(
                "backend {} {} serves {}",
                provider.name(),
                backend.info().version(),
                backend.info().handlers());
        return backend;
    }

    @Override
    public void await() throws InterruptedException {
        rpc.await();
    }

    @Override
    public void reload(ServerConfig config) {
        network.reconfigure(config.network());
        names.reconfigure(config.images().shortNameRegistries());
        for (Backend backend : backends) {
            Record settings = config.backends().get(backend.info().name());
            if (settings != null) backend.reload(settings);
        }
    }

    @Override
    public void close() {
        closing.close();
    }
}
