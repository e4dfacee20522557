package io.davit.conformance.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.Script;
import io.davit.backend.memory.World;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.TestNode;
import io.davit.conformance.node.TinyKubelet;
import io.davit.conformance.node.Told;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.Container;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.PodSandbox;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A node under a kubelet that does anything at any time, an engine that fails now and then, and a daemon that ends,
 * crashes and comes back. Everything follows from the seed. After each step the {@link #assertInvariants invariants} hold;
 * in the end all can be removed.
 */
final class RandomKubelet {
    private static final List<String> POD_NAMES = List.of("web", "db", "cache");
    private static final List<String> CONTAINER_NAMES = List.of("app", "side");
    private static final int FAULT_DISTANCE_MAX = 4;
    /** More than the reconciler takes for a second try. */
    private static final Duration CLEANUP_MAX = Duration.ofSeconds(40);

    private final SplittableRandom random;
    private final Path directory;
    private final World world = new World();
    private final List<String> history = new ArrayList<>();
    private final Map<String, Integer> exitCodes = new HashMap<>();
    private Told told = new Told();
    private TestNode node;
    private int daemons;

    RandomKubelet(long seed, Path directory) {
        this.random = new SplittableRandom(seed);
        this.directory = directory;
        this.node = TestNode.start(directory.resolve("daemon-0"), world, new Script());
    }

    void live(int steps) throws IOException {
        try {
            node.pods().pull(TestNode.IMAGE);
            for (int i = 0; i < steps; i++) {
                step();
                assertInvariants();
            }
            history.add("remove everything");
            node.script().forget();
            NodeExtension.removeEverything(node);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("after: " + String.join("; ", history), e);
        } finally {
            node.close();
        }
    }

    private void step() {
        TinyKubelet kubelet = new TinyKubelet(node.pods(), told);
        String pod = pick(POD_NAMES);
        String container = pick(CONTAINER_NAMES);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> attempt("sync " + pod, () -> kubelet.sync(pod, CONTAINER_NAMES, "sleep", "infinity"));
            case 5, 6 -> attempt("kill " + pod, () -> kubelet.kill(pod));
            case 7, 8 -> attempt("stop " + pod + "/" + container, () -> kubelet.stop(pod, container, 0));
            case 9, 10 -> attempt("removal of something", this::removeSomething);
            case 11, 12, 13 -> fault();
            case 14 -> restart();
            default -> crash();
        }
    }

    /** An RPC may fail while faults are about; that it was a bug it must not say. */
    private void attempt(String what, Runnable call) {
        history.add(what);
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            history.add("  " + e.getStatus().getCode() + " " + e.getStatus().getDescription());
            assertThat(e.getStatus().getCode()).as(e.getMessage()).isNotIn(Code.INTERNAL, Code.DEADLINE_EXCEEDED);
            assertThat(e.getStatus().getDescription()).isNotBlank();
        }
    }

    private void removeSomething() {
        List<String> ids = Stream.concat(
                        node.pods().listContainers().stream().map(Container::getId),
                        node.pods().list().stream().map(PodSandbox::getId))
                .toList();
        if (ids.isEmpty()) return;
        String id = pick(ids);
        told = new Told();
        node.pods().remove(id);
        node.pods().removePod(id);
    }

    private void fault() {
        int turn = 1 + random.nextInt(FAULT_DISTANCE_MAX);
        var rule = node.script().onAnyChange().nth(turn);
        Fault.Kind kind = new Fault.Kind.Failed("doing what the seed says", "no luck");
        if (random.nextBoolean()) {
            history.add("fault before change " + turn);
            rule.failsBefore(kind);
        } else {
            history.add("fault after change " + turn);
            rule.failsAfter(kind);
        }
    }

    private void restart() {
        history.add("restart");
        node = node.restart();
    }

    private void crash() {
        history.add("crash");
        Path next = directory.resolve("daemon-" + ++daemons);
        node.crash(next);
        node = TestNode.start(next, world, new Script());
    }

    private void assertInvariants() {
        List<PodSandbox> pods = node.pods().list();
        List<Container> containers = node.pods().listContainers();
        assertThat(pods).extracting(PodSandbox::getMetadata).doesNotHaveDuplicates();
        List<String> podIds = pods.stream().map(PodSandbox::getId).toList();
        assertThat(containers).allSatisfy(container -> assertThat(podIds).contains(container.getPodSandboxId()));
        told.assertHolds(node.pods());
        containers.forEach(this::assertExitCodeStays);
        // What the engine has and nobody lists is being removed in this moment, or will be for ever.
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .atMost(CLEANUP_MAX)
                .untilAsserted(() -> assertThat(listed()).containsAll(world.objects()));
    }

    private List<String> listed() {
        return Stream.concat(
                        node.pods().list().stream().map(PodSandbox::getId),
                        node.pods().listContainers().stream().map(Container::getId))
                .toList();
    }

    private void assertExitCodeStays(Container container) {
        if (container.getState() != ContainerState.CONTAINER_EXITED) return;
        try {
            int code = node.pods().status(container.getId()).getExitCode();
            assertThat(exitCodes.computeIfAbsent(container.getId(), _ -> code)).isEqualTo(code);
        } catch (StatusRuntimeException e) {
            // The reconciler may have finished a removal between the list and the look.
            if (e.getStatus().getCode() != Code.NOT_FOUND) throw e;
        }
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
