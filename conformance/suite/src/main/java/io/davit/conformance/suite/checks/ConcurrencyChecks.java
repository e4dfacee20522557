package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerFilter;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ExecSyncRequest;
import io.davit.cri.v1.PodSandbox;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.StopContainerRequest;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@Feature("Calls at the same time, and cancelled ones")
final class ConcurrencyChecks {
    private final Workbench bench;

    ConcurrencyChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = {"StopContainer", "RemoveContainer", "StopPodSandbox", "RemovePodSandbox"},
            says = "Stops and removals of one object at the same time all succeed.",
            aspects = Aspect.REPETITION)
    void stops_and_removals_at_once_all_succeed() throws Exception {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.command("sleep", "3600"));
        assertAllSucceed(together(4, () -> {
            container.stop(0);
            return true;
        }));
        assertAllSucceed(together(4, () -> {
            container.remove();
            return true;
        }));
        assertAllSucceed(together(4, () -> {
            pod.stop();
            return true;
        }));
        assertAllSucceed(together(4, () -> {
            pod.remove();
            return true;
        }));
    }

    @Test
    @Contract(rpc = "StopContainer", says = "A second stop with a shorter grace period shortens the first one's.")
    void a_shorter_grace_period_shortens_a_stop_under_way() throws Exception {
        Container container =
                bench.runPod().run(bench.script("trap 'echo asked' TERM; echo ready; while :; do sleep 0.05; done"));
        bench.await("the trap", () -> container.logged("stdout"), "ready\n"::equals);
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            long begin = System.nanoTime();
            Future<?> patient = pool.submit(() -> container.stop(60));
            bench.await("the signal", () -> container.logged("stdout"), "ready\nasked\n"::equals);
            container.stop(0);
            var _ = patient.get();
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin))
                    .isLessThan(30);
        }
        assertThat(container.status().getExitCode()).isEqualTo(137);
    }

    @Test
    @Contract(
            rpc = {"StopContainer", "ContainerStatus", "ListContainers", "ExecSync"},
            says = "While a stop waits for its grace period, status, lists and commands are answered.")
    void a_waiting_stop_holds_nobody_up() throws Exception {
        Container container =
                bench.runPod().run(bench.script("trap 'echo asked' TERM; echo ready; while :; do sleep 0.05; done"));
        bench.await("the trap", () -> container.logged("stdout"), "ready\n"::equals);
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> stop = pool.submit(() -> container.stop(20));
            bench.await("the signal", () -> container.logged("stdout"), "ready\nasked\n"::equals);
            assertThat(container.status().getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
            assertThat(containers(container.pod())).containsExactly(container.id());
            assertThat(container.sh("echo still here")).isEqualTo("still here");
            assertThat(stop.isDone()).isFalse();
            container.stop(0);
            var _ = stop.get();
        }
    }

    @Test
    @Contract(
            rpc = "StopContainer",
            says = "A stop whose client has left goes on: the retry finds it done, or ends it.",
            aspects = Aspect.ABANDONMENT)
    void a_stop_whose_client_left_can_be_repeated() {
        Container container =
                bench.runPod().run(bench.script("trap 'echo asked' TERM; echo ready; while :; do sleep 0.05; done"));
        bench.await("the trap", () -> container.logged("stdout"), "ready\n"::equals);
        var _ = catchThrowable(() -> bench.cri()
                .runtime(Duration.ofMillis(300))
                .stopContainer(StopContainerRequest.newBuilder()
                        .setContainerId(container.id())
                        .setTimeout(30)
                        .build()));
        bench.await("the signal", () -> container.logged("stdout"), "ready\nasked\n"::equals);
        container.stop(1);
        assertThat(container.status().getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    }

    @Test
    @Contract(
            rpc = "ExecSync",
            says = "A command whose client has left is ended with it.",
            aspects = Aspect.ABANDONMENT)
    void a_command_whose_client_left_ends() throws Exception {
        Container container = bench.runPod().run(bench.idle());
        var context = Context.ROOT.withCancellation();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> call = pool.submit(context.wrap(() -> {
                var _ = bench.cri()
                        .runtime()
                        .execSync(ExecSyncRequest.newBuilder()
                                .setContainerId(container.id())
                                .addCmd("sleep")
                                .addCmd("16180")
                                .build());
            }));
            bench.await("the command to run", () -> processes(container), text -> text.contains("16180"));
            context.cancel(null);
            assertThat(catchThrowable(call::get)).hasRootCauseInstanceOf(StatusRuntimeException.class);
        }
        bench.await("the command to end", () -> processes(container), text -> !text.contains("16180"));
    }

    @Test
    @Contract(
            rpc = {"RunPodSandbox", "CreateContainer", "StartContainer", "RemovePodSandbox"},
            says = "Different pods are made and removed side by side, each with its own address.")
    void pods_are_made_side_by_side() throws Exception {
        List<Future<String>> lives = together(8, () -> {
            Pod pod = bench.runPod();
            Container container = pod.run(bench.idle());
            assertThat(container.sh("echo up")).isEqualTo("up");
            return pod.status().getNetwork().getIp();
        });
        List<String> addresses = new ArrayList<>();
        for (Future<String> life : lives) addresses.add(life.get());
        assertThat(addresses).doesNotHaveDuplicates().noneMatch(String::isEmpty);
    }

    @Test
    @Contract(
            rpc = {"RemovePodSandbox", "CreateContainer"},
            says = "A removal during a creation leaves neither the pod nor a container.")
    void a_removal_during_a_creation_leaves_nothing() throws Exception {
        Pod pod = bench.runPod();
        ContainerConfig config = bench.idle().build();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> creation = pool.submit(() -> bench.cri().createContainer(pod.id(), config, pod.config()));
            var _ = catchThrowable(pod::remove);
            var _ = catchThrowable(creation::get);
        }
        pod.remove();
        assertThat(containers(pod)).isEmpty();
        assertThat(pods(pod.config())).isEmpty();
    }

    private List<PodSandbox> pods(PodSandboxConfig config) {
        return bench
                .cri()
                .listPodSandbox(PodSandboxFilter.newBuilder()
                        .putAllLabelSelector(config.getLabelsMap())
                        .build())
                .stream()
                .filter(pod -> pod.getMetadata().equals(config.getMetadata()))
                .toList();
    }

    private List<String> containers(Pod pod) {
        return bench
                .cri()
                .listContainers(
                        ContainerFilter.newBuilder().setPodSandboxId(pod.id()).build())
                .stream()
                .map(io.davit.cri.v1.Container::getId)
                .toList();
    }

    private static <T> List<Future<T>> together(int times, Callable<T> call) throws InterruptedException {
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            return pool.invokeAll(IntStream.range(0, times).mapToObj(_ -> call).toList());
        }
    }

    private static void assertAllSucceed(List<Future<Boolean>> calls) throws Exception {
        for (Future<Boolean> call : calls) assertThat(call.get()).isTrue();
    }

    private static String processes(Container container) {
        return container.sh("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; true");
    }
}
