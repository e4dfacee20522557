package io.davit.conformance.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.contract.Background;
import io.davit.conformance.node.Pods;
import io.davit.conformance.node.TinyKubelet;
import io.davit.conformance.node.Told;
import io.davit.cri.v1.Container;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.PodSandbox;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PortMapping;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many pods at once on the real daemon, in peace and under fire. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(900)
class ParallelPodsTest {
    private static final int PODS = 20;
    private static final List<String> CONTAINERS = List.of("app", "side");
    private static final String[] RUNS = {"sh", "-c", "trap 'exit 0' TERM; sleep 1000000 & wait"};
    private static final int KILLS = 15;
    private static final int HOST_PORT = 39_417;
    private static final int LIFE_MILLIS_MAX = 4000;
    /** All pods at once on a small machine. */
    private static final Duration PARALLEL_MAX = Duration.ofMinutes(5);

    private static final Duration CLEANUP_MAX = Duration.ofSeconds(40);

    private final PrivateHost host = PrivateHost.make();
    private final Set<String> ids = new ConcurrentSkipListSet<>();
    private final Told told = new Told();
    private DaemonProcess daemon = DaemonProcess.start(host);

    @BeforeEach
    void pull() {
        daemon.pods().pull(host.image());
    }

    @AfterEach
    void close() throws IOException {
        daemon.close();
        host.close();
    }

    @Test
    void twenty_pods_come_and_go_without_a_trace() throws Exception {
        Pods pods = daemon.pods();
        inParallel(pod -> new TinyKubelet(pods, told).sync(pod, CONTAINERS, RUNS));

        assertThat(pods.list()).hasSize(PODS);
        assertThat(pods.listContainers()).hasSize(PODS * CONTAINERS.size());
        told.assertHolds(pods);
        assertThat(addresses(pods)).hasSize(PODS);
        noteIds(pods);
        assertThat(kindsOfLeftovers())
                .as("what a search for leftovers finds while pods run")
                .contains("mount", "process", "cgroup", "address", "bridge", "file");

        inParallel(pod -> new TinyKubelet(pods, told).kill(pod));

        assertNothingIsLeft();
    }

    @Test
    void a_published_port_is_a_rule_as_long_as_its_pod_runs() throws Exception {
        PodSandboxConfig config = daemon.pods().config("web").toBuilder()
                .addPortMappings(PortMapping.newBuilder().setContainerPort(80).setHostPort(HOST_PORT))
                .build();

        String pod = daemon.pods().run(config);
        assertThat(kindsOfLeftovers()).contains("rule");
        daemon.pods().stopPod(pod);
        assertThat(kindsOfLeftovers()).doesNotContain("rule", "address", "bridge");
        daemon.pods().removePod(pod);

        assertNothingIsLeft();
    }

    @Test
    void a_daemon_that_is_killed_again_and_again_keeps_every_word_and_leaves_nothing() throws Exception {
        SplittableRandom random = new SplittableRandom(20260101);
        long cutOff = 0;
        for (int round = 0; round < KILLS; round++) {
            boolean building = round % 3 != 2;
            Pods pods = daemon.pods();
            List<Background<Boolean>> work = new ArrayList<>();
            for (String pod : podNames()) {
                TinyKubelet kubelet = new TinyKubelet(pods, told);
                work.add(
                        Background.run(building ? () -> kubelet.sync(pod, CONTAINERS, RUNS) : () -> kubelet.kill(pod)));
            }
            Thread.sleep(random.nextInt(LIFE_MILLIS_MAX)); // the moment of the kill, not a wait for anything
            noteIds(pods);
            cutOff += work.stream().filter(one -> !one.isOver()).count();
            daemon.kill();
            for (Background<Boolean> one : work) one.awaitEnd();

            daemon = DaemonProcess.start(host);
            told.assertHolds(daemon.pods());
        }
        assertThat(cutOff)
                .as("pods that were being worked on when the daemon died")
                .isGreaterThan(KILLS);
        Pods pods = daemon.pods();
        inParallel(pod -> new TinyKubelet(pods, told).sync(pod, CONTAINERS, RUNS));
        noteIds(pods);
        told.assertHolds(pods);
        pods.listContainers().stream()
                .filter(container -> container.getState() == ContainerState.CONTAINER_RUNNING)
                .forEach(container -> assertThat(pods.exec(container.getId(), 20, "echo", "alive")
                                .getStdout()
                                .toStringUtf8())
                        .isEqualTo("alive\n"));

        inParallel(pod -> new TinyKubelet(pods, told).kill(pod));

        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        assertThat(daemon.pods().list()).isEmpty();
        assertThat(daemon.pods().listContainers()).isEmpty();
        // What a crash left without a record goes soon, but not before the first client is served.
        Awaitility.await()
                .atMost(CLEANUP_MAX)
                .untilAsserted(
                        () -> assertThat(Leftovers.of(host, ids, daemon.pid())).isEmpty());
    }

    private Set<String> kindsOfLeftovers() throws IOException {
        return Leftovers.of(host, ids, daemon.pid()).stream()
                .map(leftover -> leftover.split(" ")[0])
                .collect(Collectors.toSet());
    }

    private Set<String> addresses(Pods pods) {
        Set<String> found = new TreeSet<>();
        pods.list()
                .forEach(pod ->
                        found.add(pods.podStatus(pod.getId()).getNetwork().getIp()));
        return found;
    }

    private void noteIds(Pods pods) {
        pods.list().stream().map(PodSandbox::getId).forEach(ids::add);
        pods.listContainers().stream().map(Container::getId).forEach(ids::add);
    }

    private static List<String> podNames() {
        return IntStream.range(0, PODS).mapToObj(number -> "pod-" + number).toList();
    }

    private static void inParallel(PodAction action) throws Exception {
        List<Background<Boolean>> all = new ArrayList<>();
        for (String pod : podNames()) all.add(Background.run(() -> action.on(pod)));
        for (Background<Boolean> one : all) one.answer(PARALLEL_MAX);
    }

    /** What is done to each pod. */
    @FunctionalInterface
    private interface PodAction {
        void on(String pod) throws Exception;
    }
}
