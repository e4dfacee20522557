package io.davit.conformance.node;

import io.davit.backend.memory.MemoryProvider;
import io.davit.backend.memory.Script;
import io.davit.backend.memory.World;
import io.davit.conformance.client.CriClient;
import io.davit.core.boot.ConfigFile;
import io.davit.core.boot.CriServer;
import io.davit.core.boot.RunningServer;
import io.davit.core.boot.ServerConfig;
import io.davit.core.spi.BackendProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A daemon as its program starts it, but in this process, with a {@link World} and a {@link Script} of the test's own. */
public final class TestNode implements AutoCloseable {
    public static final String IMAGE = "registry.example/shell:1";
    public static final String OTHER_IMAGE = "registry.example/other:1";
    public static final String ABSENT_IMAGE = "registry.example/nobody:1";
    public static final String UNREACHABLE_IMAGE = "unreachable.example/shell:1";

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final Path root;
    private final String settings;
    private final World world;
    private final Script script;
    private final RunningServer server;
    private final CriClient client;
    private final Pods pods;

    private TestNode(Path root, String settings, World world, Script script, RunningServer server, CriClient client) {
        this.root = root;
        this.settings = settings;
        this.world = world;
        this.script = script;
        this.server = server;
        this.client = client;
        this.pods = new Pods(client, root.resolve("logs"), IMAGE);
    }

    /** @param root a directory of the node's own; one with an earlier daemon's state in it is a restart */
    public static TestNode start(Path root, World world, Script script) {
        return start(root, "", world, script);
    }

    /** @param settings further lines for the table of the backend in the configuration file */
    public static TestNode start(Path root, String settings, World world, Script script) {
        List<BackendProvider> providers = List.of(new MemoryProvider(world, script));
        Path socket = root.resolve("cri.sock");
        RunningServer server = CriServer.start(config(root, socket, settings, providers), providers);
        return new TestNode(root, settings, world, script, server, CriClient.connect(socket, DEADLINE));
    }

    private static ServerConfig config(Path root, Path socket, String settings, List<BackendProvider> providers) {
        String text = """
                [server]
                socket = "%s"
                root = "%s"
                state = "%s"
                backends = ["memory"]
                [network]
                cni-conf-dir = "%s"
                cni-bin-dirs = ["%s"]
                [memory]
                images = ["%s", "%s"]
                unreachable-registries = ["unreachable.example"]
                %s
                """.formatted(
                        socket,
                        root.resolve("persistent"),
                        root.resolve("volatile"),
                        root.resolve("net.d"),
                        root.resolve("cni"),
                        IMAGE,
                        OTHER_IMAGE,
                        settings);
        return new ConfigFile(providers).parse("test", text);
    }

    public World world() {
        return world;
    }

    public Script script() {
        return script;
    }

    public CriClient client() {
        return client;
    }

    /** What the kubelet would do with this node. */
    public Pods pods() {
        return pods;
    }

    public Path root() {
        return root;
    }

    /** The daemon ends in good order and starts again; it meets no rule of the old script. */
    public TestNode restart() {
        close();
        return start(root, settings, world, new Script());
    }

    /** The daemon is gone from one moment to the next; {@code copy} gets its files as they were in that moment. */
    public void crash(Path copy) {
        DirectoryCopy.of(root, copy);
        script.sever();
        close();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
