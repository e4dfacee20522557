package io.davit.conformance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.Script;
import io.davit.backend.memory.SpiMethod;
import io.davit.backend.memory.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A {@link TestNode} for each test, and after each test the proof that all it made can be removed without a trace. */
public final class NodeExtension implements BeforeEachCallback, AfterEachCallback {
    private Optional<Path> directory = Optional.empty();
    private Optional<TestNode> node = Optional.empty();

    public TestNode node() {
        return node.orElseThrow();
    }

    public Pods pods() {
        return node().pods();
    }

    public Script script() {
        return node().script();
    }

    public World world() {
        return node().world();
    }

    /** The daemon ends and comes back on the same engine and the same files. */
    public void restart() {
        node = Optional.of(node().restart());
    }

    /** What {@code change} does to the daemon's records happens while it is away. */
    public void restartAfter(FileChange change) throws IOException {
        TestNode old = node();
        old.close();
        try (Stream<Path> files = Files.walk(old.root())) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".json")).toList()) change.apply(file);
        }
        node = Optional.of(TestNode.start(old.root(), old.world(), new Script()));
    }

    /** Something done to each record. */
    @FunctionalInterface
    public interface FileChange {
        void apply(Path record) throws IOException;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        Path root = Files.createTempDirectory("davit-node");
        directory = Optional.of(root);
        node = Optional.of(TestNode.start(root, new World(), new Script()));
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        try {
            script().forget();
            removeEverything(node());
        } finally {
            node().close();
            delete(directory.orElseThrow());
        }
    }

    /** Stops and removes what is listed, as the kubelet would, and looks for leftovers in the engine and on disk. */
    public static void removeEverything(TestNode node) throws IOException {
        Pods pods = node.pods();
        pods.listContainers().forEach(container -> pods.stop(container.getId(), 0));
        pods.listContainers().forEach(container -> pods.remove(container.getId()));
        pods.list().forEach(pod -> pods.stopPod(pod.getId()));
        pods.list().forEach(pod -> pods.removePod(pod.getId()));
        assertThat(pods.listContainers()).isEmpty();
        assertThat(pods.list()).isEmpty();
        assertThat(node.world().objects()).as("objects left in the engine").isEmpty();
        assertThat(records(node)).as("records left on disk").isEmpty();
    }

    /** Whether the core asked the engine to change anything. */
    public List<SpiMethod> changes() {
        return script().calls().stream()
                .map(call -> call.method())
                .filter(SpiMethod::isChanging)
                .toList();
    }

    private static List<String> records(TestNode node) throws IOException {
        try (Stream<Path> files = Files.walk(node.root())) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .map(Path::toString)
                    .toList();
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
