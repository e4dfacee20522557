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
import io.davit.cri.v1.CreateContainerRequest;
import io.davit.cri.v1.PodSandbox;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.RunPodSandboxRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@Feature("Retries and duplicate names")
final class RetryChecks {
    private final Workbench bench;

    RetryChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "Calls for one name at the same time make one sandbox, never two.",
            aspects = Aspect.REPETITION)
    void one_name_at_once_gives_one_sandbox() throws Exception {
        PodSandboxConfig config = bench.podConfig().build();
        List<String> ids = successes(together(4, () -> bench.cri().runPodSandbox(config, handler())));
        assertThat(ids).isNotEmpty();
        assertThat(ids.stream().distinct()).hasSize(1);
        assertThat(pods(config)).extracting(PodSandbox::getId).containsExactly(ids.getFirst());
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "A name that a ready sandbox holds is not given to a second one.",
            aspects = Aspect.REPETITION)
    void a_retry_after_success_makes_no_second_sandbox() {
        PodSandboxConfig.Builder config = bench.podConfig();
        Pod pod = bench.runPod(config);
        Throwable refused = catchThrowable(() -> {
            String again = bench.cri().runPodSandbox(config.build(), handler());
            assertThat(again).isEqualTo(pod.id()); // to give the same one again is as good
        });
        if (refused != null) assertThat(refused).isInstanceOf(StatusRuntimeException.class);
        assertThat(pods(config.build())).hasSize(1);
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "When a client gives up, its retry succeeds and leaves one sandbox: the name does not stay taken.",
            aspects = Aspect.ABANDONMENT)
    void a_retry_after_giving_up_succeeds() {
        PodSandboxConfig config = bench.podConfig().build();
        RunPodSandboxRequest request = RunPodSandboxRequest.newBuilder()
                .setConfig(config)
                .setRuntimeHandler(handler())
                .build();
        Throwable gaveUp =
                catchThrowable(() -> bench.cri().runtime(Duration.ofMillis(20)).runPodSandbox(request));
        if (gaveUp != null) {
            assertThat(((StatusRuntimeException) gaveUp).getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        }
        String id = bench.await(
                "a retry to succeed",
                () -> retried(() -> bench.cri().runPodSandbox(config, handler())),
                it -> !it.isEmpty());
        List<PodSandbox> left = bench.await("one sandbox of that name", () -> pods(config), list -> list.size() == 1);
        assertThat(left.getFirst().getId()).isEqualTo(id);
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "When a client gives up, its retry succeeds and leaves one container: the name does not stay taken.",
            aspects = Aspect.ABANDONMENT)
    void a_retried_creation_leaves_one_container() {
        Pod pod = bench.runPod();
        ContainerConfig config = bench.idle().build();
        CreateContainerRequest request = CreateContainerRequest.newBuilder()
                .setPodSandboxId(pod.id())
                .setConfig(config)
                .setSandboxConfig(pod.config())
                .build();
        var _ = catchThrowable(() -> bench.cri().runtime(Duration.ofMillis(10)).createContainer(request));
        String id = bench.await(
                "a retry to succeed",
                () -> retried(() -> bench.cri().createContainer(pod.id(), config, pod.config())),
                it -> !it.isEmpty());
        assertThat(bench.await("one container of that name", () -> containers(pod), list -> list.size() == 1))
                .containsExactly(id);
        bench.cri().startContainer(id);
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Calls for one name at the same time make one container, never two.",
            aspects = Aspect.REPETITION)
    void one_name_at_once_gives_one_container() throws Exception {
        Pod pod = bench.runPod();
        ContainerConfig config = bench.idle().build();
        List<String> ids = successes(together(4, () -> bench.cri().createContainer(pod.id(), config, pod.config())));
        assertThat(ids).isNotEmpty();
        assertThat(ids.stream().distinct()).hasSize(1);
        assertThat(containers(pod)).containsExactly(ids.getFirst());
    }

    @Test
    @Contract(
            rpc = "StartContainer",
            says = "Of several starts at the same time one succeeds; the container runs once.",
            aspects = Aspect.REPETITION)
    void several_starts_start_once() throws Exception {
        Container container =
                bench.runPod().create(bench.script("echo started; trap 'exit 0' TERM; while :; do sleep 0.05; done"));
        List<Future<Boolean>> starts = together(4, () -> {
            container.start();
            return true;
        });
        assertThat(successes(starts)).hasSize(1);
        bench.await("the output", () -> container.logged("stdout"), "started\n"::equals);
        assertThat(container.status().getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    private String handler() {
        return bench.node().settings().handler();
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

    /** "" if the server refused: its word is that an earlier call still holds the name. */
    private static String retried(Callable<String> call) throws Exception {
        try {
            return call.call();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Code.UNIMPLEMENTED) throw e;
            return "";
        }
    }

    private static <T> List<Future<T>> together(int times, Callable<T> call) throws InterruptedException {
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            return pool.invokeAll(IntStream.range(0, times).mapToObj(_ -> call).toList());
        }
    }

    /** Those that succeeded; the others must have been refused by the server. */
    private static <T> List<T> successes(List<Future<T>> calls) {
        return calls.stream()
                .flatMap(call -> {
                    try {
                        return Stream.of(call.get());
                    } catch (ExecutionException e) {
                        assertThat(e.getCause()).isInstanceOf(StatusRuntimeException.class);
                        return Stream.empty();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }
}
