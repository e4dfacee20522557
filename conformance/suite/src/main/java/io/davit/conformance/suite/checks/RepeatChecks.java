package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.LogLine;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.TestImage;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.AttachRequest;
import io.davit.cri.v1.CheckpointContainerRequest;
import io.davit.cri.v1.ContainerFilter;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ExecRequest;
import io.davit.cri.v1.LinuxContainerResources;
import io.davit.cri.v1.ListMetricDescriptorsRequest;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.PortForwardRequest;
import io.davit.cri.v1.RuntimeConfigRequest;
import io.davit.cri.v1.StatusRequest;
import io.davit.cri.v1.StreamContainersRequest;
import io.davit.cri.v1.StreamImagesRequest;
import io.davit.cri.v1.StreamPodSandboxesRequest;
import io.davit.cri.v1.UpdatePodSandboxResourcesRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The same call again. What stops and removes has its tests beside its other ones. */
@Feature("Repeated calls")
final class RepeatChecks {
    private static final LinuxContainerResources LIMITS = LinuxContainerResources.newBuilder()
            .setCpuPeriod(100_000)
            .setCpuQuota(60_000)
            .setMemoryLimitInBytes(80L << 20)
            .build();

    private final Workbench bench;

    RepeatChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = {"PodSandboxStatus", "ContainerStatus", "ListPodSandbox", "ListContainers", "Status"},
            says = "What only reads changes nothing: asked again, the answer is the same.",
            aspects = Aspect.REPETITION)
    void reading_again_gives_the_same() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.idle());
        PodSandboxFilter pods = PodSandboxFilter.newBuilder().setId(pod.id()).build();
        ContainerFilter containers =
                ContainerFilter.newBuilder().setPodSandboxId(pod.id()).build();
        same(pod::status);
        same(container::status);
        same(() -> bench.cri().listPodSandbox(pods));
        same(() -> bench.cri().listContainers(containers));
        same(() -> bench.cri().runtime().status(StatusRequest.getDefaultInstance()));
    }

    @Test
    @Contract(
            rpc = {"StreamPodSandboxes", "StreamContainers"},
            says = "A streamed list read again has the same entries.",
            aspects = Aspect.REPETITION)
    void streaming_again_gives_the_same() {
        Pod pod = bench.runPod();
        var _ = pod.run(bench.idle());
        StreamPodSandboxesRequest pods = StreamPodSandboxesRequest.newBuilder()
                .setFilter(PodSandboxFilter.newBuilder().setId(pod.id()))
                .build();
        StreamContainersRequest containers = StreamContainersRequest.newBuilder()
                .setFilter(ContainerFilter.newBuilder().setPodSandboxId(pod.id()))
                .build();
        same(() -> Streamed.of(bench.cri().runtime().streamPodSandboxes(pods)));
        same(() -> Streamed.of(bench.cri().runtime().streamContainers(containers)));
    }

    @Test
    @Contract(
            rpc = "RuntimeConfig",
            says = "The configuration of the runtime does not change under the kubelet.",
            aspects = Aspect.REPETITION)
    void the_configuration_of_the_runtime_stays() {
        same(() -> bench.cri().runtime().runtimeConfig(RuntimeConfigRequest.getDefaultInstance()));
    }

    @Test
    @Contract(
            rpc = "ListMetricDescriptors",
            says = "Descriptors stay the same, in the same order.",
            aspects = Aspect.REPETITION)
    void descriptors_stay_the_same() {
        same(() -> bench.cri().runtime().listMetricDescriptors(ListMetricDescriptorsRequest.getDefaultInstance()));
    }

    @Test
    @ResourceLock("first")
    @ResourceLock("second")
    @ResourceLock("third")
    @ResourceLock("twin")
    @Contract(
            rpc = {"PullImage", "ImageStatus", "ListImages"},
            says = "Pulling what is there gives the same id and changes nothing.",
            aspects = Aspect.REPETITION)
    void pulling_again_changes_nothing() {
        String reference = bench.reference(TestImage.FIRST);
        String id = bench.cri().pullImage(reference);
        var image = bench.cri().imageStatus(reference);
        assertThat(bench.cri().pullImage(reference)).isEqualTo(id);
        assertThat(bench.cri().imageStatus(reference)).isEqualTo(image);
        for (int i = 0; i < 2; i++)
            assertThat(bench.cri().listImages(reference)).containsOnlyOnce(image.orElseThrow());
    }

    @Test
    @Contract(rpc = "StreamImages", says = "A streamed list read again has the images.", aspects = Aspect.REPETITION)
    void streaming_images_again_gives_them_again() {
        String id = bench.pulled(TestImage.SHELL);
        for (int i = 0; i < 2; i++) {
            assertThat(Streamed.of(bench.cri().images().streamImages(StreamImagesRequest.getDefaultInstance()))
                            .toString())
                    .contains(id);
        }
    }

    @Test
    @Contract(
            rpc = "UpdateContainerResources",
            says = "The same limits again are a success and stay in force.",
            aspects = Aspect.REPETITION)
    void the_same_limits_can_be_set_again() {
        Container container = bench.runPod().run(bench.idle());
        for (int i = 0; i < 2; i++) bench.cri().updateContainerResources(container.id(), LIMITS);
        assertThat(container.sh("cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes"
                        + " 2>/dev/null || true"))
                .isEqualTo(String.valueOf(80L << 20));
    }

    @Test
    @Contract(
            rpc = "UpdatePodSandboxResources",
            says = "The same size of the pod again is a success.",
            aspects = Aspect.REPETITION)
    void the_same_size_of_a_pod_can_be_told_again() {
        var request = UpdatePodSandboxResourcesRequest.newBuilder()
                .setPodSandboxId(bench.runPod().id())
                .setResources(LIMITS)
                .build();
        same(() -> bench.cri().runtime().updatePodSandboxResources(request));
    }

    @Test
    @Contract(
            rpc = "ReopenContainerLog",
            says = "Reopening a log that was not renamed is a success, and its lines stay.",
            aspects = Aspect.REPETITION)
    void reopening_again_keeps_every_line() {
        Container container = bench.runPod()
                .run(bench.script("echo before; while [ ! -e /go ]; do sleep 0.05; done; echo after; sleep 3600"));
        bench.await("the first line", () -> container.logged("stdout"), "before\n"::equals);
        for (int i = 0; i < 2; i++) bench.cri().reopenContainerLog(container.id());
        var _ = container.sh("touch /go");
        bench.await("the last line", () -> container.logged("stdout"), text -> text.contains("after"));
        assertThat(container.log()).extracting(LogLine::content).containsExactly("before", "after");
    }

    @Test
    @Contract(rpc = "ExecSync", says = "Each call runs its command once, and only once.", aspects = Aspect.REPETITION)
    void each_command_runs_once() {
        Container container = bench.runPod().run(bench.idle());
        for (int i = 0; i < 3; i++) {
            var _ = container.sh("echo ran >> /count");
        }
        assertThat(container.sh("wc -l < /count")).isEqualTo("3");
    }

    @Test
    @Contract(
            rpc = {"Exec", "Attach", "PortForward"},
            says = "Each call gives an address of its own.",
            aspects = Aspect.REPETITION)
    void each_call_gives_an_address_of_its_own() {
        Container container = bench.runPod().run(bench.idle());
        var exec = ExecRequest.newBuilder()
                .setContainerId(container.id())
                .addCmd("true")
                .setStdout(true);
        var attach = AttachRequest.newBuilder().setContainerId(container.id()).setStdout(true);
        var forward =
                PortForwardRequest.newBuilder().setPodSandboxId(container.pod().id());
        var calls = bench.cri().runtime();
        assertThat(calls.exec(exec.build()).getUrl())
                .isNotEqualTo(calls.exec(exec.build()).getUrl());
        assertThat(calls.attach(attach.build()).getUrl())
                .isNotEqualTo(calls.attach(attach.build()).getUrl());
        assertThat(calls.portForward(forward.build()).getUrl())
                .isNotEqualTo(calls.portForward(forward.build()).getUrl());
    }

    @Test
    @Contract(
            rpc = "CheckpointContainer",
            says = "A container runs on after a checkpoint, and can be checkpointed again.",
            aspects = Aspect.REPETITION)
    void a_container_can_be_checkpointed_again() {
        Container container = bench.runPod().run(bench.idle());
        for (int i = 0; i < 2; i++) {
            Path archive = bench.directory().resolve("checkpoint-" + i + ".tar");
            try {
                var _ = bench.cri()
                        .runtime()
                        .checkpointContainer(CheckpointContainerRequest.newBuilder()
                                .setContainerId(container.id())
                                .setLocation(archive.toString())
                                .build());
            } catch (StatusRuntimeException e) {
                assumeTrue(i > 0 || e.getStatus().getCode() != Code.FAILED_PRECONDITION, "the node cannot: " + e);
                throw e;
            }
            assertThat(archive).isNotEmptyFile();
            assertThat(container.status().getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        }
    }

    private static <T> void same(Supplier<T> call) {
        assertThat(call.get()).isEqualTo(call.get());
    }
}
