package io.davit.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.Call;
import io.davit.backend.memory.Hold;
import io.davit.backend.memory.Script;
import io.davit.backend.memory.World;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.PodCheckpoints;
import io.davit.conformance.node.TestNode;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * RestorePod with the daemon killed just before and just after each thing it asks of the engine: the next daemon leaves
 * nothing of the half pod, and the same call succeeds then. The pod that was written down is none of its business.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CrashWhileRestoringTest {
    private static final List<String> NAMES = List.of("app", "side");
    private static final String[] COMMAND = {"sleep", "infinity"};

    @TempDir
    private Path root;

    @TestFactory
    Stream<DynamicTest> the_daemon_dies() throws IOException {
        List<Call> steps = steps();
        assertThat(steps).as("things asked of the engine").hasSizeGreaterThan(2);
        return IntStream.rangeClosed(1, steps.size())
                .boxed()
                .flatMap(step -> Stream.of(false, true)
                        .map(after -> DynamicTest.dynamicTest(
                                (after ? "after" : "before") + " step " + step + ", "
                                        + steps.get(step - 1).method(),
                                () -> dieAndComeBack(step, after))));
    }

    private List<Call> steps() throws IOException {
        Script script = new Script();
        Path checkpoint = Files.createDirectory(root.resolve("dry-checkpoint"));
        try (TestNode node = TestNode.start(root.resolve("dry"), new World(), script)) {
            writeDown(node, checkpoint);
            script.forget();
            restore(node, checkpoint);
        }
        return script.calls().stream()
                .filter(call -> call.method().isChanging())
                .toList();
    }

    private static void writeDown(TestNode node, Path checkpoint) {
        node.pods().pull(TestNode.IMAGE);
        String pod = node.pods().run("web");
        String[] containers = NAMES.stream()
                .map(name -> node.pods().create(pod, "web", name, COMMAND))
                .toArray(String[]::new);
        List.of(containers).forEach(node.pods()::start);
        PodCheckpoints checkpoints = new PodCheckpoints(node);
        checkpoints.write(checkpoints.request(pod, checkpoint, containers));
    }

    private static void restore(TestNode node, Path checkpoint) {
        PodCheckpoints checkpoints = new PodCheckpoints(node);
        var _ = checkpoints.restore(checkpoints.restoring("again", checkpoint, NAMES, COMMAND));
    }

    private void dieAndComeBack(int step, boolean after) throws Exception {
        Path own = Files.createDirectory(root.resolve(after + "-" + step));
        Path checkpoint = Files.createDirectory(own.resolve("checkpoint"));
        World world = new World();
        TestNode node = TestNode.start(own.resolve("first"), world, new Script());
        writeDown(node, checkpoint);
        List<String> before = world.objects();
        var turn = node.script().onAnyChange().nth(step);
        Hold hold = after ? turn.holdsAfter() : turn.holdsBefore();
        Background<Boolean> call = Background.run(() -> restore(node, checkpoint));
        hold.awaitArrival();
        node.crash(own.resolve("second"));
        hold.release();
        awaitEnd(call);

        try (TestNode next = TestNode.start(own.resolve("second"), world, new Script())) {
            Awaitility.await()
                    .untilAsserted(() -> assertThat(world.objects()).containsExactlyInAnyOrderElementsOf(before));
            Awaitility.await()
                    .untilAsserted(() -> assertThat(next.pods().list()).hasSize(1));
            restore(next, checkpoint);
            assertThat(next.pods().list()).hasSize(2);
            NodeExtension.removeEverything(next);
        }
    }

    private static void awaitEnd(Background<Boolean> call) throws Exception {
        try {
            call.answer();
        } catch (StatusRuntimeException _) {
            // The daemon died under the client, which is the point.
        }
    }
}
