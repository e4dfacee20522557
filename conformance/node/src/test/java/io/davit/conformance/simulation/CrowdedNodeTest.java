package io.davit.conformance.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.Script;
import io.davit.backend.memory.World;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Pods;
import io.davit.conformance.node.TestNode;
import io.davit.conformance.node.TinyKubelet;
import io.davit.conformance.node.Told;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.Container;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients who know nothing of each other, on the same few pods, while the engine fails now and then. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CrowdedNodeTest {
    private static final int CLIENTS = 8;
    private static final int STEPS = 40;
    private static final Duration ALL_STEPS_MAX = Duration.ofMinutes(2);
    private static final List<String> PODS = List.of("web", "db");
    private static final List<String> CONTAINERS = List.of("app", "side");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Timeout(300)
    void nobody_meets_a_bug_waits_for_ever_or_leaves_a_trace(long seed) throws Exception {
        try (TestNode node = TestNode.start(directory, new World(), new Script())) {
            node.pods().pull(TestNode.IMAGE);
            SplittableRandom random = new SplittableRandom(seed);
            List<Background<Boolean>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                SplittableRandom own = random.split();
                clients.add(Background.run(() -> live(node, own)));
            }
            for (Background<Boolean> client : clients) client.answer(ALL_STEPS_MAX);

            node.script().forget();
            NodeExtension.removeEverything(node);
        }
    }

    private static void live(TestNode node, SplittableRandom random) {
        Pods pods = node.pods();
        TinyKubelet kubelet = new TinyKubelet(pods, new Told());
        for (int i = 0; i < STEPS; i++) {
            String pod = PODS.get(random.nextInt(PODS.size()));
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> attempt(() -> kubelet.sync(pod, CONTAINERS, "sleep", "infinity"));
                case 4 -> attempt(() -> kubelet.kill(pod));
                case 5 -> attempt(() -> kubelet.stop(pod, CONTAINERS.get(random.nextInt(2)), random.nextInt(2)));
                case 6 -> attempt(() -> withOneOf(pods.list(), random, one -> pods.removePod(one.getId())));
                case 7 -> attempt(() -> withOneOf(pods.listContainers(), random, one -> pods.remove(one.getId())));
                case 8 -> attempt(() -> withOneOf(pods.listContainers(), random, one -> exec(pods, one)));
                default -> fault(node.script(), random);
            }
        }
    }

    private static void exec(Pods pods, Container container) {
        assertThat(pods.exec(container.getId(), 10, "true").getExitCode()).isIn(0, 137);
    }

    private static <T> void withOneOf(List<T> some, SplittableRandom random, Consumer<T> action) {
        if (!some.isEmpty()) action.accept(some.get(random.nextInt(some.size())));
    }

    /** Clients get in each other's way, and may be told so; a bug, or a call that never ends, is something else. */
    private static void attempt(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode())
                    .as(e.getMessage())
                    .isIn(Code.NOT_FOUND, Code.FAILED_PRECONDITION, Code.ALREADY_EXISTS, Code.UNKNOWN);
            assertThat(e.getStatus().getDescription()).isNotBlank();
        }
    }

    private static void fault(Script script, SplittableRandom random) {
        Fault.Kind kind = new Fault.Kind.Failed("doing what the seed says", "no luck");
        if (random.nextBoolean()) {
            script.onAnyChange().failsBefore(kind);
        } else {
            script.onAnyChange().failsAfter(kind);
        }
    }
}
