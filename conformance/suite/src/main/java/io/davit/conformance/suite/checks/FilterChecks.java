package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerFilter;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStateValue;
import io.davit.cri.v1.ContainerStats;
import io.davit.cri.v1.ContainerStatsFilter;
import io.davit.cri.v1.ListPodSandboxStatsRequest;
import io.davit.cri.v1.PodSandbox;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.PodSandboxStateValue;
import io.davit.cri.v1.PodSandboxStatsFilter;
import io.davit.cri.v1.StreamContainersRequest;
import io.davit.cri.v1.StreamContainersResponse;
import io.davit.cri.v1.StreamPodSandboxesRequest;
import io.davit.cri.v1.StreamPodSandboxesResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Feature("Lists and their filters")
final class FilterChecks {
    private final Workbench bench;

    FilterChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "ListPodSandbox", says = "An entry says of a sandbox what its status says.")
    void the_list_of_pods_agrees_with_the_status() {
        Pod pod = bench.runPod(config -> config.putLabels("a", "1").putAnnotations("note", "kept"));
        PodSandbox entry = only(pods(pod.id()));
        var status = pod.status();
        assertThat(entry.getMetadata()).isEqualTo(status.getMetadata());
        assertThat(entry.getState()).isEqualTo(status.getState());
        assertThat(entry.getCreatedAt()).isEqualTo(status.getCreatedAt());
        assertThat(entry.getLabelsMap()).isEqualTo(status.getLabelsMap());
        assertThat(entry.getAnnotationsMap()).isEqualTo(status.getAnnotationsMap());
        assertThat(entry.getRuntimeHandler()).isEqualTo(status.getRuntimeHandler());
    }

    @Test
    @Contract(rpc = "ListPodSandbox", says = "Without a filter all sandboxes are listed, ready or not.")
    void without_a_filter_all_pods_are_listed() {
        Pod ready = bench.runPod();
        Pod stopped = bench.runPod();
        stopped.stop();
        assertThat(bench.cri().listPodSandbox(PodSandboxFilter.getDefaultInstance()))
                .extracting(PodSandbox::getId)
                .contains(ready.id(), stopped.id());
    }

    @Test
    @Contract(rpc = "ListPodSandbox", says = "A filter by state has to be set to count: READY is 0.")
    void pods_can_be_filtered_by_state() {
        Pod ready = bench.runPod();
        Pod stopped = bench.runPod();
        stopped.stop();
        assertThat(podIds(podState(PodSandboxState.SANDBOX_READY)))
                .contains(ready.id())
                .doesNotContain(stopped.id());
        assertThat(podIds(podState(PodSandboxState.SANDBOX_NOTREADY)))
                .contains(stopped.id())
                .doesNotContain(ready.id());
    }

    @Test
    @Contract(rpc = "ListPodSandbox", says = "All labels of the selector must be there, with equal values.")
    void pods_can_be_filtered_by_labels() {
        String mine = bench.name("app");
        Pod one = bench.runPod(config -> config.putLabels("app", mine).putLabels("tier", "front"));
        Pod two = bench.runPod(config -> config.putLabels("app", mine).putLabels("tier", "back"));
        PodSandboxFilter.Builder app = PodSandboxFilter.newBuilder().putLabelSelector("app", mine);
        assertThat(podIds(app)).containsExactlyInAnyOrder(one.id(), two.id());
        assertThat(podIds(app.putLabelSelector("tier", "back"))).containsExactly(two.id());
        assertThat(podIds(app.putLabelSelector("none", ""))).isEmpty();
    }

    @Test
    @Contract(rpc = "ListPodSandbox", says = "The id may be shortened; what fits no sandbox gives an empty list.")
    void pods_can_be_filtered_by_the_beginning_of_their_id() {
        Pod pod = bench.runPod();
        var _ = bench.runPod();
        assertThat(podIds(PodSandboxFilter.newBuilder().setId(pod.id().substring(0, 20))))
                .containsExactly(pod.id());
        assertThat(podIds(PodSandboxFilter.newBuilder().setId("no-such-id"))).isEmpty();
    }

    @Test
    @Contract(rpc = "ListPodSandbox", says = "Id, state and labels are combined with AND.")
    void the_filters_of_pods_are_combined() {
        Pod pod = bench.runPod(config -> config.putLabels("app", "x"));
        PodSandboxFilter.Builder all =
                podState(PodSandboxState.SANDBOX_READY).setId(pod.id()).putLabelSelector("app", "x");
        assertThat(podIds(all)).containsExactly(pod.id());
        assertThat(podIds(all.clone()
                        .setState(PodSandboxStateValue.newBuilder().setState(PodSandboxState.SANDBOX_NOTREADY))))
                .isEmpty();
        assertThat(podIds(all.clone().putLabelSelector("app", "y"))).isEmpty();
    }

    @Test
    @Contract(rpc = "StreamPodSandboxes", says = "Each sandbox that the list has comes once, and the stream ends.")
    void the_stream_of_pods_has_what_the_list_has() {
        String mine = bench.name("app");
        for (int i = 0; i < 3; i++) {
            var _ = bench.runPod(config -> config.putLabels("app", mine));
        }
        PodSandboxFilter filter =
                PodSandboxFilter.newBuilder().putLabelSelector("app", mine).build();
        List<PodSandbox> streamed = new ArrayList<>();
        bench.cri()
                .runtime()
                .streamPodSandboxes(
                        StreamPodSandboxesRequest.newBuilder().setFilter(filter).build())
                .forEachRemaining((StreamPodSandboxesResponse part) -> streamed.addAll(part.getPodSandboxesList()));
        assertThat(streamed).containsExactlyInAnyOrderElementsOf(bench.cri().listPodSandbox(filter));
    }

    @Test
    @Contract(rpc = "ListContainers", says = "An entry says of a container what its status says.")
    void the_list_of_containers_agrees_with_the_status() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.idle().putLabels("a", "1").putAnnotations("note", "kept"));
        var entry = only(bench.cri()
                .listContainers(
                        ContainerFilter.newBuilder().setId(container.id()).build()));
        var status = container.status();
        assertThat(entry.getPodSandboxId()).isEqualTo(pod.id());
        assertThat(entry.getMetadata()).isEqualTo(status.getMetadata());
        assertThat(entry.getState()).isEqualTo(status.getState());
        assertThat(entry.getCreatedAt()).isEqualTo(status.getCreatedAt());
        assertThat(entry.getLabelsMap()).isEqualTo(status.getLabelsMap());
        assertThat(entry.getAnnotationsMap()).isEqualTo(status.getAnnotationsMap());
        assertThat(entry.getImageRef()).isEqualTo(status.getImageRef());
        assertThat(entry.getImage().getImage()).isNotEmpty();
    }

    @Test
    @Contract(rpc = "ListContainers", says = "A filter by state has to be set to count: CREATED is 0.")
    void containers_can_be_filtered_by_state() {
        Pod pod = bench.runPod();
        Container created = pod.create(bench.idle());
        Container running = pod.run(bench.idle());
        Container exited = pod.run(bench.command("true"));
        var _ = exited.awaitExit();
        ContainerFilter.Builder ofPod = ContainerFilter.newBuilder().setPodSandboxId(pod.id());
        assertThat(containerIds(ofPod)).containsExactlyInAnyOrder(created.id(), running.id(), exited.id());
        assertThat(containerIds(state(ofPod, ContainerState.CONTAINER_CREATED))).containsExactly(created.id());
        assertThat(containerIds(state(ofPod, ContainerState.CONTAINER_RUNNING))).containsExactly(running.id());
        assertThat(containerIds(state(ofPod, ContainerState.CONTAINER_EXITED))).containsExactly(exited.id());
        assertThat(containerIds(state(ofPod, ContainerState.CONTAINER_UNKNOWN))).isEmpty();
    }

    @Test
    @Contract(rpc = "ListContainers", says = "Ids of container and pod may be shortened.")
    void containers_can_be_filtered_by_the_beginning_of_ids() {
        Pod pod = bench.runPod();
        Container one = pod.create(bench.idle());
        Container two = pod.create(bench.idle());
        assertThat(containerIds(ContainerFilter.newBuilder().setId(one.id().substring(0, 20))))
                .containsExactly(one.id());
        assertThat(containerIds(
                        ContainerFilter.newBuilder().setPodSandboxId(pod.id().substring(0, 20))))
                .containsExactlyInAnyOrder(one.id(), two.id());
        assertThat(containerIds(ContainerFilter.newBuilder().setId("no-such-id")))
                .isEmpty();
        assertThat(containerIds(ContainerFilter.newBuilder().setPodSandboxId("no-such-id")))
                .isEmpty();
    }

    @Test
    @Contract(rpc = "ListContainers", says = "Id, pod, state and labels are combined with AND.")
    void the_filters_of_containers_are_combined() {
        Pod pod = bench.runPod();
        Pod other = bench.runPod();
        Container one = pod.create(bench.idle().putLabels("tier", "front"));
        var _ = pod.create(bench.idle().putLabels("tier", "back"));
        var _ = other.create(bench.idle().putLabels("tier", "front"));
        ContainerFilter.Builder filter = state(
                ContainerFilter.newBuilder().setPodSandboxId(pod.id()).putLabelSelector("tier", "front"),
                ContainerState.CONTAINER_CREATED);
        assertThat(containerIds(filter)).containsExactly(one.id());
        assertThat(containerIds(filter.clone().setId(one.id()))).containsExactly(one.id());
        assertThat(containerIds(filter.clone().setPodSandboxId(other.id()).setId(one.id())))
                .isEmpty();
        assertThat(containerIds(state(filter, ContainerState.CONTAINER_EXITED))).isEmpty();
    }

    @Test
    @Contract(rpc = "StreamContainers", says = "Each container that the list has comes once, and the stream ends.")
    void the_stream_of_containers_has_what_the_list_has() {
        Pod pod = bench.runPod();
        for (int i = 0; i < 3; i++) {
            var _ = pod.create(bench.idle());
        }
        ContainerFilter filter =
                ContainerFilter.newBuilder().setPodSandboxId(pod.id()).build();
        List<io.davit.cri.v1.Container> streamed = new ArrayList<>();
        bench.cri()
                .runtime()
                .streamContainers(
                        StreamContainersRequest.newBuilder().setFilter(filter).build())
                .forEachRemaining((StreamContainersResponse part) -> streamed.addAll(part.getContainersList()));
        assertThat(streamed).containsExactlyInAnyOrderElementsOf(bench.cri().listContainers(filter));
    }

    @Test
    @Contract(
            rpc = "ListContainerStats",
            says = "Statistics are filtered by id, pod and labels; only what runs has them.")
    void statistics_of_containers_can_be_filtered() {
        Pod pod = bench.runPod();
        Container one = pod.run(bench.idle().putLabels("tier", "front"));
        Container two = pod.run(bench.idle().putLabels("tier", "back"));
        ContainerStatsFilter.Builder ofPod = ContainerStatsFilter.newBuilder().setPodSandboxId(pod.id());
        assertThat(statsIds(ofPod)).containsExactlyInAnyOrder(one.id(), two.id());
        assertThat(statsIds(ContainerStatsFilter.newBuilder().setId(one.id()))).containsExactly(one.id());
        assertThat(statsIds(ofPod.clone().putLabelSelector("tier", "back"))).containsExactly(two.id());
        assertThat(statsIds(ofPod.clone().setId(one.id()).putLabelSelector("tier", "back")))
                .isEmpty();
    }

    @Test
    @Contract(rpc = "ListPodSandboxStats", says = "Statistics of pods are filtered by id and labels.")
    void statistics_of_pods_can_be_filtered() {
        String mine = bench.name("app");
        Pod one = bench.runPod(config -> config.putLabels("app", mine));
        Pod two = bench.runPod(config -> config.putLabels("app", mine).putLabels("tier", "back"));
        PodSandboxStatsFilter.Builder app = PodSandboxStatsFilter.newBuilder().putLabelSelector("app", mine);
        assertThat(podStatsIds(app)).containsExactlyInAnyOrder(one.id(), two.id());
        assertThat(podStatsIds(app.clone().setId(one.id()))).containsExactly(one.id());
        assertThat(podStatsIds(app.clone().putLabelSelector("tier", "back"))).containsExactly(two.id());
    }

    private static <T> T only(List<T> items) {
        assertThat(items).hasSize(1);
        return items.getFirst();
    }

    private List<PodSandbox> pods(String id) {
        return bench.cri()
                .listPodSandbox(PodSandboxFilter.newBuilder().setId(id).build());
    }

    private List<String> podIds(PodSandboxFilter.Builder filter) {
        return bench.cri().listPodSandbox(filter.build()).stream()
                .map(PodSandbox::getId)
                .toList();
    }

    private static PodSandboxFilter.Builder podState(PodSandboxState state) {
        return PodSandboxFilter.newBuilder()
                .setState(PodSandboxStateValue.newBuilder().setState(state));
    }

    private List<String> containerIds(ContainerFilter.Builder filter) {
        return bench.cri().listContainers(filter.build()).stream()
                .map(io.davit.cri.v1.Container::getId)
                .toList();
    }

    private static ContainerFilter.Builder state(ContainerFilter.Builder filter, ContainerState state) {
        return filter.clone().setState(ContainerStateValue.newBuilder().setState(state));
    }

    private List<String> statsIds(ContainerStatsFilter.Builder filter) {
        return bench.cri().listContainerStats(filter.build()).stream()
                .map((ContainerStats stats) -> stats.getAttributes().getId())
                .toList();
    }

    private List<String> podStatsIds(PodSandboxStatsFilter.Builder filter) {
        return bench
                .cri()
                .runtime()
                .listPodSandboxStats(ListPodSandboxStatsRequest.newBuilder()
                        .setFilter(filter)
                        .build())
                .getStatsList()
                .stream()
                .map(stats -> stats.getAttributes().getId())
                .toList();
    }
}
