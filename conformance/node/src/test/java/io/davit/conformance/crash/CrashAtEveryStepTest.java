package io.davit.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.Call;
import io.davit.backend.memory.Hold;
import io.davit.backend.memory.Script;
import io.davit.backend.memory.World;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Pods;
import io.davit.conformance.node.TestNode;
import io.davit.conformance.node.TinyKubelet;
import io.davit.conformance.node.Told;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.PodSandboxState;
import io.grpc.StatusRuntimeException;
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
 * A pod's whole life, with the daemon killed just before and just after each thing it asks of the engine. The next daemon
 * finds the files and the engine as they were in that moment, dies at the first thing it does itself, and the one after
 * must bring the pod to life and to its end as if nothing had happened.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CrashAtEveryStepTest {
    private static final String POD = "web";
    private static final List<String> CONTAINERS = List.of("app", "side");

    /** When the daemon dies. */
    private enum Moment {
        BEFORE,
        AFTER
    }

    @TempDir
    private Path root;

    @TestFactory
    Stream<DynamicTest> the_daemon_dies() {
        List<Call> steps = stepsOfAWholeLife();
        assertThat(steps).as("things asked of the engine").hasSizeGreaterThan(15);
        return IntStream.rangeClosed(1, steps.size())
                .boxed()
                .flatMap(step -> Stream.of(Moment.values())
                        .map(moment -> DynamicTest.dynamicTest(
                                moment + " step " + step + ", "
                                        + steps.get(step - 1).method(),
                                () -> dieAndComeBack(step, moment))));
    }

    private List<Call> stepsOfAWholeLife() {
        Script script = new Script();
        try (TestNode node = TestNode.start(root.resolve("dry"), new World(), script)) {
            live(node.pods(), new Told());
        }
        return script.calls().stream()
                .filter(call -> call.method().isChanging())
                .toList();
    }

    private static void live(Pods pods, Told told) {
        TinyKubelet kubelet = new TinyKubelet(pods, told);
        pods.pull(TestNode.IMAGE);
        kubelet.sync(POD, CONTAINERS, "sleep", "infinity");
        kubelet.stop(POD, "app", 600);
        kubelet.sync(POD, CONTAINERS, "sleep", "infinity");
        kubelet.kill(POD);
    }

    private void dieAndComeBack(int step, Moment moment) throws Exception {
        Path own = root.resolve(moment + "-" + step);
        World world = new World();
        Told told = new Told();
        die(TestNode.start(own.resolve("first"), world, new Script()), step, moment, told, own.resolve("second"));

        Script second = new Script();
        Hold hold = second.onAnyChange().holdsAfter();
        TestNode again = TestNode.start(own.resolve("second"), world, second);
        told.assertHolds(again.pods());
        dieInside(again, hold, told, own.resolve("third"));

        try (TestNode last = TestNode.start(own.resolve("third"), world, new Script())) {
            told.assertHolds(last.pods());
            comeToLife(last, told);
            new TinyKubelet(last.pods(), told).kill(POD);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(last.world().objects()).isEmpty());
            NodeExtension.removeEverything(last);
            assertThat(last.pods().run(POD)).as("the name is free").isNotEmpty();
        }
    }

    private static void die(TestNode node, int step, Moment moment, Told told, Path copy) throws Exception {
        var turn = node.script().onAnyChange().nth(step);
        Hold hold = moment == Moment.BEFORE ? turn.holdsBefore() : turn.holdsAfter();
        Background<Boolean> life = Background.run(() -> live(node.pods(), told));
        hold.awaitArrival();
        node.crash(copy);
        hold.release();
        awaitEnd(life);
    }

    /** The second death, at the first thing the daemon or its client changes; there may be none to change. */
    private static void dieInside(TestNode node, Hold hold, Told told, Path copy) throws Exception {
        Background<Boolean> life = Background.run(() -> live(node.pods(), told));
        Awaitility.await().until(() -> hold.hasArrived() || life.isOver());
        node.crash(copy);
        hold.release();
        awaitEnd(life);
    }

    private static void awaitEnd(Background<Boolean> life) throws Exception {
        try {
            life.answer();
        } catch (StatusRuntimeException _) {
            // The daemon died under the client, which is the point.
        }
    }

    private static void comeToLife(TestNode node, Told told) {
        node.pods().pull(TestNode.IMAGE);
        new TinyKubelet(node.pods(), told).sync(POD, CONTAINERS, "sleep", "infinity");
        assertThat(node.pods().list())
                .filteredOn(pod -> pod.getState() == PodSandboxState.SANDBOX_READY)
                .hasSize(1);
        assertThat(node.pods().listContainers())
                .filteredOn(container -> container.getState() == ContainerState.CONTAINER_RUNNING)
                .hasSize(CONTAINERS.size());
    }
}
