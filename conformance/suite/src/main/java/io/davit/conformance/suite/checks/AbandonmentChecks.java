package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.TestImage;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerEventType;
import io.davit.cri.v1.ContainerFilter;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStatus;
import io.davit.cri.v1.ExecSyncRequest;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.RemoveContainerRequest;
import io.davit.cri.v1.RemovePodSandboxRequest;
import io.davit.cri.v1.StartContainerRequest;
import io.davit.cri.v1.StopPodSandboxRequest;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Calls that are cancelled, or whose deadline passes while they are under way: the kubelet's do, and it asks again. How
 * far the server had come is chance, so each outcome of the first call is allowed, and none of the second but success.
 */
@Feature("Cancelled and expired calls")
final class AbandonmentChecks {
    private static final List<Integer> MILLIS = List.of(1, 5, 20, 60);

    private final Workbench bench;

    AbandonmentChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = "StartContainer",
            says = "A start that was given up ends: the container runs, and once, or it has exited and says why.",
            aspects = Aspect.ABANDONMENT)
    void a_start_that_was_given_up_ends() {
        Pod pod = bench.runPod();
        for (int millis : MILLIS) {
            Container container =
                    pod.create(bench.script("echo started; trap 'exit 0' TERM; while :; do sleep 0.05; done"));
            expire(() -> bench.cri()
                    .runtime(Duration.ofMillis(millis))
                    .startContainer(StartContainerRequest.newBuilder()
                            .setContainerId(container.id())
                            .build()));
            var status = bench.await(
                    "the start to end",
                    () -> again(container),
                    it -> it.getState() != ContainerState.CONTAINER_CREATED);
            if (status.getState() == ContainerState.CONTAINER_RUNNING) {
                bench.await("its output", () -> container.logged("stdout"), "started\n"::equals);
            } else {
                assertThat(status.getReason()).isNotEmpty();
                assertThat(status.getExitCode()).isNotZero();
            }
            container.remove();
        }
    }

    @Test
    @Contract(
            rpc = "RemoveContainer",
            says = "A removal that was given up succeeds when it is asked for again, and nothing is listed.",
            aspects = Aspect.ABANDONMENT)
    void a_removal_that_was_given_up_can_be_repeated() {
        Pod pod = bench.runPod();
        for (int millis : MILLIS) {
            Container container = pod.run(bench.idle());
            expire(() -> bench.cri()
                    .runtime(Duration.ofMillis(millis))
                    .removeContainer(RemoveContainerRequest.newBuilder()
                            .setContainerId(container.id())
                            .build()));
            container.remove();
        }
        assertThat(bench.cri()
                        .listContainers(ContainerFilter.newBuilder()
                                .setPodSandboxId(pod.id())
                                .build()))
                .isEmpty();
    }

    @Test
    @Contract(
            rpc = {"StopPodSandbox", "RemovePodSandbox"},
            says = "A stop and a removal that were given up succeed the next time, and the name is free again.",
            aspects = Aspect.ABANDONMENT)
    void the_end_of_a_pod_that_was_given_up_can_be_repeated() {
        PodSandboxConfig.Builder config = bench.podConfig();
        for (int millis : MILLIS) {
            Pod pod = bench.runPod(config);
            var _ = pod.run(bench.idle());
            expire(() -> bench.cri()
                    .runtime(Duration.ofMillis(millis))
                    .stopPodSandbox(StopPodSandboxRequest.newBuilder()
                            .setPodSandboxId(pod.id())
                            .build()));
            pod.stop();
            expire(() -> bench.cri()
                    .runtime(Duration.ofMillis(millis))
                    .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                            .setPodSandboxId(pod.id())
                            .build()));
            pod.remove();
            assertThat(bench.cri()
                            .listPodSandbox(PodSandboxFilter.newBuilder()
                                    .setId(pod.id())
                                    .build()))
                    .isEmpty();
        }
    }

    @Test
    @Contract(
            rpc = {"RunPodSandbox", "RemovePodSandbox"},
            says = "However far a cancelled creation had come: what is listed of it can be removed, and nothing stays.",
            aspects = Aspect.ABANDONMENT)
    void whatever_a_cancelled_creation_left_can_be_removed() throws Exception {
        for (int millis : List.of(1, 10, 30, 60, 120)) {
            PodSandboxConfig config = bench.podConfig().build();
            cancelAfter(
                    millis,
                    () -> bench.cri()
                            .runPodSandbox(config, bench.node().settings().handler()));
            PodSandboxFilter mine = PodSandboxFilter.newBuilder()
                    .putAllLabelSelector(config.getLabelsMap())
                    .build();
            String again = bench.await("the name to be free", () -> runAgain(config, mine), id -> !id.isEmpty());
            bench.cri().removePodSandbox(again);
            assertThat(bench.cri().listPodSandbox(mine)).isEmpty();
        }
    }

    @Test
    @Contract(
            rpc = "ExecSync",
            says = "The deadline of the call ends the command as its timeout does.",
            aspects = Aspect.ABANDONMENT)
    void a_command_ends_with_the_deadline_of_its_call() {
        Container container = bench.runPod().run(bench.idle());
        Throwable expired = catchThrowable(() -> bench.cri()
                .runtime(Duration.ofSeconds(1))
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(container.id())
                        .addCmd("sleep")
                        .addCmd("14142")
                        .build()));
        assertThat(((StatusRuntimeException) expired).getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        bench.await(
                "the command to end",
                () -> container.sh("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; true"),
                text -> !text.contains("14142"));
    }

    @Test
    @ResourceLock("second")
    @Contract(
            rpc = "PullImage",
            says = "Who cancels a pull does not take it from others who wait for the same image.",
            aspects = Aspect.ABANDONMENT)
    void a_cancelled_pull_leaves_others_theirs() throws Exception {
        String reference = bench.reference(TestImage.SECOND);
        for (int millis : List.of(1, 20)) {
            bench.cri().removeImage(reference);
            try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> impatient =
                        pool.submit(() -> cancelAfter(millis, () -> bench.cri().pullImage(reference)));
                Future<String> patient = pool.submit(() -> bench.cri().pullImage(reference));
                assertThat(patient.get())
                        .isEqualTo(
                                bench.cri().imageStatus(reference).orElseThrow().getId());
                var _ = impatient.get();
            }
        }
    }

    @Test
    @Contract(
            rpc = "GetContainerEvents",
            says = "A subscriber that leaves takes nothing from the others.",
            aspects = Aspect.ABANDONMENT)
    void a_subscriber_that_leaves_takes_nothing_from_others() throws Exception {
        try (Subscription staying = Subscription.open(bench)) {
            Pod pod = bench.runPod();
            try (Subscription leaving = Subscription.open(bench)) {
                pod.stop();
                var _ = leaving.until(pod.id(), ContainerEventType.CONTAINER_STOPPED_EVENT);
            }
            pod.remove();
            assertThat(staying.until(pod.id(), ContainerEventType.CONTAINER_DELETED_EVENT))
                    .filteredOn(event -> event.getContainerId().equals(pod.id()))
                    .hasSize(4);
        }
    }

    /** "" as long as something is in the way; what is listed is taken out of it. */
    private String runAgain(PodSandboxConfig config, PodSandboxFilter mine) {
        bench.cri().listPodSandbox(mine).forEach(pod -> bench.cri().removePodSandbox(pod.getId()));
        try {
            return bench.cri().runPodSandbox(config, bench.node().settings().handler());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Code.UNIMPLEMENTED) throw e;
            return "";
        }
    }

    private static ContainerStatus again(Container container) {
        ContainerStatus status = container.status();
        if (status.getState() != ContainerState.CONTAINER_CREATED) return status;
        try {
            container.start();
        } catch (StatusRuntimeException _) { // the first one is still under way, or has just ended
        }
        return container.status();
    }

    /** A call whose deadline is short: it ends well, or the server or our own side says that it did not. */
    private static void expire(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        if (thrown != null) assertThat(thrown).isInstanceOf(StatusRuntimeException.class);
    }

    /** Makes a call and cancels it after a while; it ends well, or because of that. */
    private static <T> Void cancelAfter(int millis, Callable<T> call) throws Exception {
        try (var pool = Executors.newSingleThreadScheduledExecutor();
                var context = Context.ROOT.withCancellation()) {
            Future<?> cancel = pool.schedule(() -> context.cancel(null), millis, TimeUnit.MILLISECONDS);
            Throwable thrown = catchThrowable(() -> context.call(call));
            var _ = cancel.get();
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(StatusRuntimeException.class);
                assertThat(((StatusRuntimeException) thrown).getStatus().getCode())
                        .isEqualTo(Code.CANCELLED);
            }
        }
        return null;
    }
}
