package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static io.davit.conformance.suite.checks.Refusal.refusedWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerStats;
import io.davit.cri.v1.ContainerStatsFilter;
import io.davit.cri.v1.ListMetricDescriptorsRequest;
import io.davit.cri.v1.ListPodSandboxMetricsRequest;
import io.davit.cri.v1.Metric;
import io.davit.cri.v1.MetricDescriptor;
import io.davit.cri.v1.PodSandboxMetrics;
import io.davit.cri.v1.PodSandboxStats;
import io.davit.cri.v1.StreamContainerStatsRequest;
import io.davit.cri.v1.StreamContainerStatsResponse;
import io.davit.cri.v1.StreamPodSandboxStatsRequest;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@Feature("Statistics and metrics")
final class StatisticsChecks {
    private static final String NOBODY = "0f1e2d3c4b5a6978".repeat(4);

    private final Workbench bench;

    StatisticsChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "ContainerStats", says = "Attributes are the container's; CPU and memory have values and a time.")
    void the_statistics_of_a_container_are_complete() {
        Container container = bench.runPod().run(bench.idle().putAnnotations("note", "kept"));
        ContainerStats stats = bench.await(
                "a sample",
                () -> bench.cri().containerStats(container.id()),
                it -> it.getCpu().getTimestamp() > 0);
        assertThat(stats.getAttributes().getId()).isEqualTo(container.id());
        assertThat(stats.getAttributes().getMetadata())
                .isEqualTo(container.config().getMetadata());
        assertThat(stats.getAttributes().getLabelsMap())
                .isEqualTo(container.config().getLabelsMap());
        assertThat(stats.getAttributes().getAnnotationsMap())
                .isEqualTo(container.config().getAnnotationsMap());
        assertThat(stats.getCpu().getUsageCoreNanoSeconds().getValue()).isPositive();
        assertThat(stats.getMemory().getTimestamp()).isPositive();
        assertThat(stats.getMemory().getWorkingSetBytes().getValue()).isPositive();
        assertThat(stats.getMemory().getUsageBytes().getValue())
                .isGreaterThanOrEqualTo(stats.getMemory().getWorkingSetBytes().getValue());
    }

    @Test
    @Contract(rpc = "ContainerStats", says = "CPU time grows with what the container computes, and never shrinks.")
    void cpu_time_grows() {
        Container container = bench.runPod().run(bench.idle());
        long before = cpu(container);
        var _ = container.sh("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");
        assertThat(bench.await("more CPU time", () -> cpu(container), now -> now > before + 20_000_000))
                .isGreaterThan(before);
    }

    @Test
    @Contract(
            rpc = "ContainerStats",
            says = "With a memory limit, what is available is the limit without the working set.")
    void available_memory_follows_from_the_limit() {
        long limit = 64L << 20;
        var config = bench.idle();
        config.getLinuxBuilder().getResourcesBuilder().setMemoryLimitInBytes(limit);
        Container container = bench.runPod().run(config);
        var memory = bench.await(
                        "a sample",
                        () -> bench.cri().containerStats(container.id()),
                        it -> it.getMemory().getTimestamp() > 0)
                .getMemory();
        assertThat(memory.getAvailableBytes().getValue())
                .isEqualTo(limit - memory.getWorkingSetBytes().getValue());
    }

    @Test
    @Contract(rpc = "ContainerStats", says = "The writable layer counts what the container writes.")
    void the_writable_layer_is_counted() {
        Container container = bench.runPod().run(bench.idle());
        var _ = container.sh("head -c 3000000 /dev/urandom > /big; sync");
        ContainerStats stats = bench.await(
                "the measurement of the layer",
                () -> bench.cri().containerStats(container.id()),
                it -> it.getWritableLayer().getUsedBytes().getValue() > 2_900_000);
        assertThat(stats.getWritableLayer().getFsId().getMountpoint()).startsWith("/");
        assertThat(stats.getWritableLayer().hasInodesUsed()).isTrue();
        assertThat(stats.getWritableLayer().getTimestamp()).isPositive();
    }

    @Test
    @Contract(rpc = "ContainerStats", says = "A container that is not there is NOT_FOUND.", aspects = Aspect.REFUSAL)
    void statistics_of_what_is_not_there_are_NOT_FOUND() {
        refusedWith(() -> bench.cri().containerStats(NOBODY), Code.NOT_FOUND);
    }

    @Test
    @Contract(rpc = "ListContainerStats", says = "The list says what the single statistics say.")
    void the_list_agrees_with_the_single_statistics() {
        Container container = bench.runPod().run(bench.idle());
        ContainerStatsFilter mine =
                ContainerStatsFilter.newBuilder().setId(container.id()).build();
        ContainerStats listed = bench.await(
                        "a sample", () -> bench.cri().listContainerStats(mine), list -> list.size() == 1)
                .getFirst();
        ContainerStats single = bench.cri().containerStats(container.id());
        assertThat(listed.getAttributes()).isEqualTo(single.getAttributes());
        assertThat(single.getCpu().getUsageCoreNanoSeconds().getValue())
                .isGreaterThanOrEqualTo(
                        listed.getCpu().getUsageCoreNanoSeconds().getValue());
    }

    @Test
    @Contract(rpc = "ListContainerStats", says = "Containers that do not run are left out; they fail nothing.")
    void what_does_not_run_is_left_out() {
        Pod pod = bench.runPod();
        Container running = pod.run(bench.idle());
        Container exited = pod.run(bench.command("true"));
        var _ = exited.awaitExit();
        ContainerStatsFilter mine =
                ContainerStatsFilter.newBuilder().setPodSandboxId(pod.id()).build();
        assertThat(bench.cri().listContainerStats(mine))
                .extracting(stats -> stats.getAttributes().getId())
                .containsExactly(running.id());
    }

    @Test
    @Contract(rpc = "StreamContainerStats", says = "The stream has the containers that the list has, and ends.")
    void the_stream_of_container_statistics_has_what_the_list_has() {
        Pod pod = bench.runPod();
        List<String> ids =
                Stream.generate(() -> pod.run(bench.idle()).id()).limit(3).toList();
        ContainerStatsFilter mine =
                ContainerStatsFilter.newBuilder().setPodSandboxId(pod.id()).build();
        List<String> streamed = new ArrayList<>();
        bench.cri()
                .runtime()
                .streamContainerStats(
                        StreamContainerStatsRequest.newBuilder().setFilter(mine).build())
                .forEachRemaining((StreamContainerStatsResponse part) -> part.getContainerStatsList()
                        .forEach(stats -> streamed.add(stats.getAttributes().getId())));
        assertThat(streamed).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    @Contract(
            rpc = "PodSandboxStats",
            says = "A pod has CPU, memory, network and processes, and its containers' statistics.")
    void the_statistics_of_a_pod_are_complete() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.idle());
        PodSandboxStats stats = bench.await(
                "a sample",
                () -> bench.cri().podSandboxStats(pod.id()),
                it -> it.getLinux().getContainersCount() == 1);
        assertThat(stats.getAttributes().getId()).isEqualTo(pod.id());
        assertThat(stats.getAttributes().getMetadata()).isEqualTo(pod.config().getMetadata());
        assertThat(stats.getAttributes().getLabelsMap()).isEqualTo(pod.config().getLabelsMap());
        var linux = stats.getLinux();
        assertThat(linux.getCpu().getUsageCoreNanoSeconds().getValue()).isPositive();
        assertThat(linux.getMemory().getWorkingSetBytes().getValue()).isPositive();
        assertThat(linux.getNetwork().getDefaultInterface().getName()).isEqualTo("eth0");
        assertThat(linux.getProcess().getProcessCount().getValue()).isPositive();
        assertThat(linux.getContainers(0).getAttributes().getId()).isEqualTo(container.id());
    }

    @Test
    @Contract(rpc = "PodSandboxStats", says = "What a pod sends and receives is counted at its interface.")
    void traffic_is_counted() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.idle());
        String gateway = container.sh("ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p'");
        var _ = container.exec("ping", "-c", "3", "-W", "1", "-s", "1000", gateway);
        assertThat(bench.await(
                        "three kilobytes sent",
                        () -> bench.cri()
                                .podSandboxStats(pod.id())
                                .getLinux()
                                .getNetwork()
                                .getDefaultInterface()
                                .getTxBytes()
                                .getValue(),
                        bytes -> bytes >= 3000))
                .isGreaterThanOrEqualTo(3000);
    }

    @Test
    @Contract(
            rpc = "PodSandboxStats",
            says = "A sandbox that is not there is an error, not empty statistics.",
            aspects = Aspect.REFUSAL)
    void statistics_of_a_pod_that_is_not_there_are_refused() {
        refused(() -> bench.cri().podSandboxStats(NOBODY));
    }

    @Test
    @Contract(rpc = "StreamPodSandboxStats", says = "The stream has the ready sandboxes, and ends.")
    void the_stream_of_pod_statistics_has_the_ready_pods() {
        Pod pod = bench.runPod();
        List<String> streamed = new ArrayList<>();
        bench.cri()
                .runtime()
                .streamPodSandboxStats(StreamPodSandboxStatsRequest.getDefaultInstance())
                .forEachRemaining(part -> part.getPodSandboxStatsList()
                        .forEach(stats -> streamed.add(stats.getAttributes().getId())));
        assertThat(streamed).contains(pod.id()).doesNotHaveDuplicates();
    }

    @Test
    @Contract(
            rpc = "ListMetricDescriptors",
            says = "Descriptors have a name, a help text and label keys; none comes twice.")
    void metrics_are_described() {
        List<MetricDescriptor> descriptors = descriptors();
        assertThat(descriptors).isNotEmpty();
        assertThat(descriptors).extracting(MetricDescriptor::getName).doesNotHaveDuplicates();
        assertThat(descriptors)
                .allSatisfy(it -> assertThat(it.getHelp()).as(it.getName()).isNotBlank());
        assertThat(descriptors()).isEqualTo(descriptors);
    }

    @Test
    @Contract(
            rpc = {"ListPodSandboxMetrics", "ListMetricDescriptors"},
            says = "Every sample has a descriptor, and as many label values as the descriptor has keys.")
    void samples_fit_their_descriptors() {
        Pod pod = bench.runPod();
        var _ = pod.run(bench.idle());
        Map<String, Integer> keys = descriptors().stream()
                .collect(Collectors.toMap(MetricDescriptor::getName, MetricDescriptor::getLabelKeysCount));
        PodSandboxMetrics metrics = bench.await(
                        "metrics of the pod",
                        () -> metrics(pod),
                        list -> !list.isEmpty() && list.getFirst().getContainerMetricsCount() > 0)
                .getFirst();
        List<Metric> samples = Stream.concat(
                        metrics.getMetricsList().stream(),
                        metrics.getContainerMetricsList().stream().flatMap(it -> it.getMetricsList().stream()))
                .toList();
        assertThat(samples).isNotEmpty();
        for (Metric sample : samples) {
            assertThat(keys).as("descriptors").containsKey(sample.getName());
            assertThat(sample.getLabelValuesCount()).as("labels of " + sample).isEqualTo(keys.get(sample.getName()));
        }
    }

    private List<PodSandboxMetrics> metrics(Pod pod) {
        return bench
                .cri()
                .runtime()
                .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
                .getPodMetricsList()
                .stream()
                .filter(metrics -> metrics.getPodSandboxId().equals(pod.id()))
                .toList();
    }

    private List<MetricDescriptor> descriptors() {
        return bench.cri()
                .runtime()
                .listMetricDescriptors(ListMetricDescriptorsRequest.getDefaultInstance())
                .getDescriptorsList();
    }

    private long cpu(Container container) {
        return bench.cri()
                .containerStats(container.id())
                .getCpu()
                .getUsageCoreNanoSeconds()
                .getValue();
    }
}
