package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.client.Requests;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerStats;
import io.davit.cri.v1.ContainerStatsFilter;
import io.davit.cri.v1.ContainerStatsRequest;
import io.davit.cri.v1.ListContainerStatsRequest;
import io.davit.cri.v1.ListPodSandboxStatsRequest;
import io.davit.cri.v1.PodSandboxStats;
import io.davit.cri.v1.PodSandboxStatsFilter;
import io.davit.cri.v1.PodSandboxStatsRequest;
import io.davit.cri.v1.StreamContainerStatsRequest;
import io.davit.cri.v1.StreamPodSandboxStatsRequest;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** ContainerStats, PodSandboxStats, and their lists and streams. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class StatisticsSpec {
    private static final Fault.Kind LOST = new Fault.Kind.Unreachable("the memory engine", "it hung up");

    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    private String pod = "";
    private String app = "";

    @BeforeEach
    void a_pod_with_a_running_container() {
        one.pods().pull(TestNode.IMAGE);
        pod = one.pods().run("web");
        app = running("app");
    }

    @Test
    void a_container_that_has_just_started_has_processor_time_and_memory() {
        ContainerStats stats = of(app);

        assertThat(stats.getAttributes().getId()).isEqualTo(app);
        assertThat(stats.getAttributes().getMetadata().getName()).isEqualTo("app");
        assertThat(stats.getCpu().getTimestamp()).isPositive();
        assertThat(stats.getCpu().getUsageCoreNanoSeconds().getValue()).isPositive();
        assertThat(stats.getMemory().getTimestamp()).isPositive();
        assertThat(stats.getMemory().getWorkingSetBytes().getValue()).isPositive();
        assertThat(stats.getWritableLayer().getFsId().getMountpoint()).isNotEmpty();
    }

    @Test
    void a_rate_is_not_there_until_there_are_two_samples() {
        assertThat(of(app).getCpu().hasUsageNanoCores()).isFalse();

        await().atMost(Duration.ofSeconds(20)).until(() -> of(app).getCpu().hasUsageNanoCores());

        // The engine keeps a thousandth of a core busy.
        assertThat(of(app).getCpu().getUsageNanoCores().getValue()).isBetween(999_000L, 1_001_000L);
    }

    @Test
    void samples_move_on() {
        long first = of(app).getCpu().getTimestamp();

        await().atMost(Duration.ofSeconds(20)).until(() -> of(app).getCpu().getTimestamp() > first);
    }

    @Test
    void what_is_not_known_is_not_there() {
        ContainerStats stats = of(app);

        assertThat(stats.hasSwap()).isFalse();
        assertThat(stats.hasIo()).isFalse();
        assertThat(stats.getCpu().hasPsi()).isFalse();
        assertThat(stats.getMemory().hasAvailableBytes()).isFalse();
    }

    @Test
    void a_container_that_does_not_run_has_attributes_and_no_processor_time() {
        String created = one.pods().create(pod, "web", "later", "sleep", "infinity");

        assertThat(of(created).getAttributes().getId()).isEqualTo(created);
        assertThat(of(created).hasCpu()).isFalse();
    }

    @Test
    void nothing_by_that_id_is_not_found() {
        assertThat(Refusal.of(() -> of("f".repeat(64))).getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(Refusal.of(() -> ofPod("f".repeat(64))).getCode()).isEqualTo(Code.NOT_FOUND);
    }

    @Test
    void the_list_has_running_containers_only() {
        one.pods().create(pod, "web", "later", "sleep", "infinity");
        String ended = running("ended");
        one.pods().stop(ended, 0);

        assertThat(list(ContainerStatsFilter.getDefaultInstance())).containsExactly(app);
    }

    @Test
    void the_list_goes_by_id_pod_and_labels() {
        String other = one.pods().run("db");
        ContainerConfig config = Requests.container("db", TestNode.IMAGE, List.of("sleep", "infinity")).toBuilder()
                .putLabels("foo", "bar")
                .build();
        String labelled = one.pods().create(other, "db", config);
        one.pods().start(labelled);

        assertThat(list(ContainerStatsFilter.getDefaultInstance())).containsExactlyInAnyOrder(app, labelled);
        assertThat(list(filter().setId(app.substring(0, 12)).build())).containsExactly(app);
        assertThat(list(filter().setPodSandboxId(other).build())).containsExactly(labelled);
        assertThat(list(filter().putLabelSelector("foo", "bar").build())).containsExactly(labelled);
        assertThat(list(filter().putLabelSelector("foo", "baz").build())).isEmpty();
    }

    @Test
    void the_stream_has_what_the_list_has() {
        running("second");
        List<String> streamed = new ArrayList<>();
        one.node()
                .client()
                .runtime()
                .streamContainerStats(StreamContainerStatsRequest.getDefaultInstance())
                .forEachRemaining(batch -> batch.getContainerStatsList()
                        .forEach(stats -> streamed.add(stats.getAttributes().getId())));

        assertThat(streamed)
                .hasSize(2)
                .containsExactlyInAnyOrderElementsOf(list(ContainerStatsFilter.getDefaultInstance()));
    }

    @Test
    void one_container_that_fails_does_not_fail_the_list() {
        String broken = running("broken");
        one.script().on(SpiMethod.CONTAINER_USAGE).of(broken).failsBefore(LOST);

        assertThat(list(ContainerStatsFilter.getDefaultInstance())).containsExactly(app);
    }

    @Test
    void a_container_that_cannot_be_measured_is_a_refusal_when_asked_for_by_name() {
        String broken = running("broken");
        one.script().on(SpiMethod.CONTAINER_USAGE).of(broken).failsBefore(LOST);

        assertThat(Refusal.of(() -> of(broken)).getCode()).isEqualTo(Code.UNKNOWN);
    }

    @Test
    void an_engine_that_hangs_holds_up_no_statistics_for_long() {
        String hanging = running("hanging");
        one.script().on(SpiMethod.CONTAINER_USAGE).of(hanging).holdsBefore();

        assertThat(list(ContainerStatsFilter.getDefaultInstance())).containsExactly(app);
    }

    @Test
    void a_pod_has_totals_and_its_running_containers() {
        String second = running("second");
        one.pods().create(pod, "web", "later", "sleep", "infinity");

        PodSandboxStats stats = ofPod(pod);

        assertThat(stats.getAttributes().getId()).isEqualTo(pod);
        assertThat(stats.getAttributes().getMetadata().getName()).isEqualTo("web");
        assertThat(stats.getLinux().getCpu().getTimestamp()).isPositive();
        assertThat(stats.getLinux().getMemory().getUsageBytes().getValue())
                .isEqualTo(2 * of(app).getMemory().getUsageBytes().getValue());
        assertThat(stats.getLinux().getProcess().getProcessCount().getValue()).isEqualTo(2);
        assertThat(stats.getLinux().getNetwork().getDefaultInterface().getName())
                .isEqualTo("eth0");
        assertThat(stats.getLinux().getNetwork().getInterfacesList()).isEmpty();
        assertThat(stats.getLinux().getContainersList())
                .extracting(container -> container.getAttributes().getId())
                .containsExactlyInAnyOrder(app, second);
    }

    @Test
    void the_list_of_pods_has_those_that_are_ready() {
        String stopped = one.pods().run("old");
        one.pods().stopPod(stopped);
        String labelled = one.pods()
                .run(one.pods().config("db").toBuilder().putLabels("foo", "bar").build());

        assertThat(listPods(PodSandboxStatsFilter.getDefaultInstance())).containsExactlyInAnyOrder(pod, labelled);
        assertThat(listPods(PodSandboxStatsFilter.newBuilder()
                        .setId(pod.substring(0, 12))
                        .build()))
                .containsExactly(pod);
        assertThat(listPods(PodSandboxStatsFilter.newBuilder()
                        .putLabelSelector("foo", "bar")
                        .build()))
                .containsExactly(labelled);
    }

    @Test
    void the_stream_of_pods_has_what_their_list_has() {
        one.pods().run("db");
        List<String> streamed = new ArrayList<>();
        one.node()
                .client()
                .runtime()
                .streamPodSandboxStats(StreamPodSandboxStatsRequest.getDefaultInstance())
                .forEachRemaining(batch -> batch.getPodSandboxStatsList()
                        .forEach(stats -> streamed.add(stats.getAttributes().getId())));

        assertThat(streamed)
                .hasSize(2)
                .containsExactlyInAnyOrderElementsOf(listPods(PodSandboxStatsFilter.getDefaultInstance()));
    }

    @Test
    void one_pod_that_fails_does_not_fail_the_list() {
        String broken = one.pods().run("broken");
        one.script().on(SpiMethod.SANDBOX_USAGE).of(broken).failsBefore(LOST);

        assertThat(listPods(PodSandboxStatsFilter.getDefaultInstance())).containsExactly(pod);
    }

    private String running(String name) {
        String id = one.pods().create(pod, "web", name, "sleep", "infinity");
        one.pods().start(id);
        return id;
    }

    private static ContainerStatsFilter.Builder filter() {
        return ContainerStatsFilter.newBuilder();
    }

    private ContainerStats of(String container) {
        return one.node()
                .client()
                .runtime()
                .containerStats(ContainerStatsRequest.newBuilder()
                        .setContainerId(container)
                        .build())
                .getStats();
    }

    private PodSandboxStats ofPod(String id) {
        return one.node()
                .client()
                .runtime()
                .podSandboxStats(
                        PodSandboxStatsRequest.newBuilder().setPodSandboxId(id).build())
                .getStats();
    }

    private List<String> list(ContainerStatsFilter filter) {
        return one
                .node()
                .client()
                .runtime()
                .listContainerStats(
                        ListContainerStatsRequest.newBuilder().setFilter(filter).build())
                .getStatsList()
                .stream()
                .map(stats -> stats.getAttributes().getId())
                .toList();
    }

    private List<String> listPods(PodSandboxStatsFilter filter) {
        return one
                .node()
                .client()
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
