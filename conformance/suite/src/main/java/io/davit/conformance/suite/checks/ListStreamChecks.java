package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.TestImage;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerFilter;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStateValue;
import io.davit.cri.v1.ContainerStatsFilter;
import io.davit.cri.v1.ImageFilter;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.ListPodSandboxMetricsRequest;
import io.davit.cri.v1.PodSandbox;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.PodSandboxMetrics;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.PodSandboxStateValue;
import io.davit.cri.v1.PodSandboxStatsFilter;
import io.davit.cri.v1.StreamContainerStatsRequest;
import io.davit.cri.v1.StreamContainersRequest;
import io.davit.cri.v1.StreamContainersResponse;
import io.davit.cri.v1.StreamImagesRequest;
import io.davit.cri.v1.StreamPodSandboxMetricsRequest;
import io.davit.cri.v1.StreamPodSandboxStatsRequest;
import io.davit.cri.v1.StreamPodSandboxesRequest;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lists as streams (KEP-5825): for nodes with more than a message holds. */
@Feature("Streamed lists")
final class ListStreamChecks {
    /** What the kubelet's client, and ours, accepts in one message. */
    private static final int MESSAGE_BYTES_MAX = 16 << 20;

    private static final int NOTE_CHARS = 400_000;
    private static final int PODS = 9;
    private static final int CONTAINERS_PER_POD = 5;

    private final Workbench bench;

    ListStreamChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "StreamPodSandboxes", says = "The stream honours id, state and labels as the list does.")
    void the_stream_of_pods_is_filtered() {
        Pod ready = bench.runPod(config -> config.putLabels("app", "a"));
        Pod stopped = bench.runPod(config -> config.putLabels("app", "b"));
        stopped.stop();
        assertThat(pods(PodSandboxFilter.newBuilder().setId(ready.id().substring(0, 20))))
                .containsExactly(ready.id());
        assertThat(pods(PodSandboxFilter.newBuilder()
                        .setState(PodSandboxStateValue.newBuilder().setState(PodSandboxState.SANDBOX_NOTREADY))))
                .contains(stopped.id())
                .doesNotContain(ready.id());
        assertThat(pods(PodSandboxFilter.newBuilder().setId(ready.id()).putLabelSelector("app", "b")))
                .isEmpty();
    }

    @Test
    @Contract(rpc = "StreamContainers", says = "The stream honours id, pod, state and labels as the list does.")
    void the_stream_of_containers_is_filtered() {
        Pod pod = bench.runPod();
        Container created = pod.create(bench.idle().putLabels("tier", "front"));
        Container running = pod.run(bench.idle().putLabels("tier", "back"));
        ContainerFilter.Builder ofPod = ContainerFilter.newBuilder().setPodSandboxId(pod.id());
        assertThat(containers(ofPod)).containsExactlyInAnyOrder(created.id(), running.id());
        assertThat(containers(ofPod.clone()
                        .setState(ContainerStateValue.newBuilder().setState(ContainerState.CONTAINER_CREATED))))
                .containsExactly(created.id());
        assertThat(containers(ofPod.clone().putLabelSelector("tier", "back"))).containsExactly(running.id());
        assertThat(containers(ofPod.clone().setId(created.id()).putLabelSelector("tier", "back")))
                .isEmpty();
    }

    @Test
    @Contract(rpc = "StreamContainerStats", says = "The stream honours id, pod and labels as the list does.")
    void the_stream_of_container_statistics_is_filtered() {
        Pod pod = bench.runPod();
        Container one = pod.run(bench.idle().putLabels("tier", "front"));
        Container two = pod.run(bench.idle().putLabels("tier", "back"));
        ContainerStatsFilter.Builder ofPod = ContainerStatsFilter.newBuilder().setPodSandboxId(pod.id());
        assertThat(statistics(ofPod.clone().setId(one.id()))).containsExactly(one.id());
        assertThat(statistics(ofPod.clone().putLabelSelector("tier", "back"))).containsExactly(two.id());
        assertThat(statistics(ofPod.clone().putLabelSelector("tier", "none"))).isEmpty();
    }

    @Test
    @Contract(rpc = "StreamPodSandboxStats", says = "The stream honours id and labels as the list does.")
    void the_stream_of_pod_statistics_is_filtered() {
        Pod one = bench.runPod(config -> config.putLabels("app", "a"));
        var _ = bench.runPod(config -> config.putLabels("app", "b"));
        PodSandboxStatsFilter.Builder mine = PodSandboxStatsFilter.newBuilder().setId(one.id());
        assertThat(podStatistics(mine)).containsExactly(one.id());
        assertThat(podStatistics(mine.clone().putLabelSelector("app", "b"))).isEmpty();
    }

    @Test
    @Contract(
            rpc = {"StreamPodSandboxMetrics", "ListPodSandboxMetrics"},
            says = "The stream has each pod once, with the metrics that the list has.",
            aspects = Aspect.REPETITION)
    void the_stream_of_metrics_has_what_the_list_has() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.idle());
        PodSandboxMetrics streamed = bench.await(
                        "metrics of the container",
                        () -> streamedMetrics(pod),
                        list -> !list.isEmpty() && list.getFirst().getContainerMetricsCount() > 0)
                .getFirst();
        assertThat(streamedMetrics(pod)).hasSize(1);
        assertThat(streamed.getContainerMetrics(0).getContainerId()).isEqualTo(container.id());
        PodSandboxMetrics listed = bench
                .cri()
                .runtime()
                .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
                .getPodMetricsList()
                .stream()
                .filter(metrics -> metrics.getPodSandboxId().equals(pod.id()))
                .findFirst()
                .orElseThrow();
        assertThat(names(streamed)).containsExactlyInAnyOrderElementsOf(names(listed));
    }

    @Test
    @Contract(rpc = "StreamImages", says = "The stream honours the filter as the list does.")
    void the_stream_of_images_is_filtered() {
        String id = bench.pulled(TestImage.SHELL);
        assertThat(images(bench.reference(TestImage.SHELL))).containsExactly(id);
        assertThat(images("localhost/no-such-image:1")).isEmpty();
    }

    @Test
    @Contract(
            rpc = "StreamContainers",
            says = "A list too large for one message comes whole, in messages that the client accepts.")
    void more_than_a_message_holds_comes_whole() {
        var mine = ContainerFilter.newBuilder().putLabelSelector("app", bench.name("app"));
        var request = StreamContainersRequest.newBuilder().setFilter(mine).build();
        assertThat(Streamed.of(bench.cri().runtime().streamContainers(request))).isEmpty();
        for (int i = 0; i < PODS; i++) {
            Pod pod = bench.runPod();
            for (int k = 0; k < CONTAINERS_PER_POD; k++) {
                var _ = pod.create(bench.idle()
                        .putAllLabels(mine.getLabelSelectorMap())
                        .putAnnotations("note", "x".repeat(NOTE_CHARS)));
            }
        }
        List<StreamContainersResponse> messages =
                Streamed.of(bench.cri().runtime().streamContainers(request));
        assertThat(messages).allMatch(message -> message.getSerializedSize() < MESSAGE_BYTES_MAX);
        assertThat(messages.stream().flatMap(message -> message.getContainersList().stream()))
                .hasSize(PODS * CONTAINERS_PER_POD)
                .extracting(io.davit.cri.v1.Container::getId)
                .doesNotHaveDuplicates();
        StatusRuntimeException tooLarge = catchThrowableOfType(
                StatusRuntimeException.class, () -> bench.cri().listContainers(mine.build()));
        assertThat(tooLarge).as("the answer as one message").isNotNull();
        assertThat(tooLarge.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    }

    @Test
    @Contract(
            rpc = {"StreamPodSandboxes", "ListPodSandbox"},
            says = "A client that leaves in the middle disturbs nobody.",
            aspects = Aspect.ABANDONMENT)
    void leaving_a_stream_disturbs_nobody() {
        Pod pod = bench.runPod();
        PodSandboxFilter mine = PodSandboxFilter.newBuilder().setId(pod.id()).build();
        var request = StreamPodSandboxesRequest.newBuilder().setFilter(mine).build();
        for (int i = 0; i < 20; i++) {
            try (var context = Context.current().withCancellation()) {
                context.run(() -> {
                    var _ = bench.cri().runtime().streamPodSandboxes(request).hasNext();
                });
            }
        }
        assertThat(bench.cri().listPodSandbox(mine)).hasSize(1);
        assertThat(pods(mine.toBuilder())).containsExactly(pod.id());
    }

    private List<String> pods(PodSandboxFilter.Builder filter) {
        var request = StreamPodSandboxesRequest.newBuilder().setFilter(filter).build();
        return Streamed.of(bench.cri().runtime().streamPodSandboxes(request)).stream()
                .flatMap(message -> message.getPodSandboxesList().stream())
                .map(PodSandbox::getId)
                .toList();
    }

    private List<String> containers(ContainerFilter.Builder filter) {
        var request = StreamContainersRequest.newBuilder().setFilter(filter).build();
        return Streamed.of(bench.cri().runtime().streamContainers(request)).stream()
                .flatMap(message -> message.getContainersList().stream())
                .map(io.davit.cri.v1.Container::getId)
                .toList();
    }

    private List<String> statistics(ContainerStatsFilter.Builder filter) {
        var request = StreamContainerStatsRequest.newBuilder().setFilter(filter).build();
        return Streamed.of(bench.cri().runtime().streamContainerStats(request)).stream()
                .flatMap(message -> message.getContainerStatsList().stream())
                .map(stats -> stats.getAttributes().getId())
                .toList();
    }

    private List<String> podStatistics(PodSandboxStatsFilter.Builder filter) {
        var request =
                StreamPodSandboxStatsRequest.newBuilder().setFilter(filter).build();
        return Streamed.of(bench.cri().runtime().streamPodSandboxStats(request)).stream()
                .flatMap(message -> message.getPodSandboxStatsList().stream())
                .map(stats -> stats.getAttributes().getId())
                .toList();
    }

    private List<String> images(String reference) {
        var image = ImageSpec.newBuilder().setImage(reference);
        var request = StreamImagesRequest.newBuilder()
                .setFilter(ImageFilter.newBuilder().setImage(image))
                .build();
        return Streamed.of(bench.cri().images().streamImages(request)).stream()
                .flatMap(message -> message.getImagesList().stream())
                .map(it -> it.getId())
                .toList();
    }

    private List<PodSandboxMetrics> streamedMetrics(Pod pod) {
        var request = StreamPodSandboxMetricsRequest.getDefaultInstance();
        return Streamed.of(bench.cri().runtime().streamPodSandboxMetrics(request)).stream()
                .flatMap(message -> message.getPodSandboxMetricsList().stream())
                .filter(metrics -> metrics.getPodSandboxId().equals(pod.id()))
                .toList();
    }

    private static List<String> names(PodSandboxMetrics metrics) {
        return metrics.getMetricsList().stream().map(metric -> metric.getName()).toList();
    }
}
