package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerStats;
import io.davit.cri.v1.LinuxContainerResources;
import io.davit.cri.v1.ListMetricDescriptorsRequest;
import io.davit.cri.v1.ListPodSandboxMetricsRequest;
import io.davit.cri.v1.Metric;
import io.davit.cri.v1.MetricDescriptor;
import io.davit.cri.v1.MetricType;
import io.davit.cri.v1.PodSandboxMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the kubelet hands on to Prometheus (KEP-2371) must fit its descriptors, the statistics, and itself. */
@Feature("Metrics")
final class MetricChecks {
    private static final long MEMORY = 64L << 20;

    /** The kernel tells of them where there is a block device below, and something was read or written. */
    private static final String OF_BLOCK_DEVICES = "blkio|container_fs_(reads|writes)";

    private static final Duration FRESH = Duration.ofMinutes(2);

    private final Workbench bench;

    MetricChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = {"ListMetricDescriptors", "ListPodSandboxMetrics"},
            says =
                    "Descriptors are of the metrics that will be returned: a limited container and its pod have them all.")
    void every_descriptor_has_its_samples() {
        Pod pod = bench.runPod();
        var _ = limited(pod);
        Set<String> described = descriptors().stream()
                .map(MetricDescriptor::getName)
                .filter(name -> !name.matches(".*(" + OF_BLOCK_DEVICES + ").*"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(described).isNotEmpty();
        bench.await(
                "a sample for each descriptor",
                () -> {
                    Set<String> missing = new TreeSet<>(described);
                    samples(pod).forEach(sample -> missing.remove(sample.getName()));
                    return missing;
                },
                Set::isEmpty);
    }

    @Test
    @Contract(rpc = "ListPodSandboxMetrics", says = "Samples have the time of their measurement, and a value.")
    void samples_have_their_time_and_value() {
        Pod pod = bench.runPod();
        var _ = limited(pod);
        Instant now = Instant.now();
        assertThat(measured(pod)).allSatisfy(sample -> {
            Instant time = Instant.EPOCH.plusNanos(sample.getTimestamp());
            assertThat(time).as(sample.getName()).isBetween(now.minus(FRESH), now.plus(FRESH));
            assertThat(sample.hasValue()).as(sample.getName()).isTrue();
        });
    }

    @Test
    @Contract(rpc = "ListPodSandboxMetrics", says = "A sample stands for one thing: its name and labels come once.")
    void a_name_with_its_labels_comes_once() {
        Pod pod = bench.runPod();
        var _ = limited(pod);
        var _ = pod.run(bench.idle());
        assertThat(measured(pod))
                .extracting(sample -> sample.getName() + sample.getLabelValuesList())
                .doesNotHaveDuplicates();
    }

    @Test
    @Contract(rpc = "ListPodSandboxMetrics", says = "A counter never shrinks.")
    void counters_do_not_shrink() {
        Pod pod = bench.runPod();
        Container container = limited(pod);
        Map<String, Long> before = counters(pod);
        assertThat(before).isNotEmpty();
        var _ = container.sh("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");
        Map<String, Long> after =
                bench.await("a counter that has grown", () -> counters(pod), now -> !now.equals(before));
        before.forEach((name, value) -> {
            if (after.containsKey(name)) assertThat(after.get(name)).as(name).isGreaterThanOrEqualTo(value);
        });
    }

    @Test
    @Contract(
            rpc = {"ListPodSandboxMetrics", "ContainerStats", "ContainerStatus"},
            says = "Metrics, statistics and status say the same of one container: its limits, its start, its memory.")
    void metrics_agree_with_statistics_and_status() {
        Pod pod = bench.runPod();
        Container container = limited(pod);
        var _ = measured(pod);
        Map<String, Long> metrics = container(pod, container);
        assertThat(metrics).containsEntry("container_spec_memory_limit_bytes", MEMORY);
        assertThat(metrics.get("container_start_time_seconds"))
                .isBetween(
                        TimeUnit.NANOSECONDS.toSeconds(container.status().getStartedAt()) - 2,
                        TimeUnit.NANOSECONDS.toSeconds(container.status().getStartedAt()) + 2);
        ContainerStats stats = bench.await(
                "a sample",
                () -> bench.cri().containerStats(container.id()),
                it -> it.getMemory().getWorkingSetBytes().getValue() > 0);
        // Both are samples of a container that idles, taken a moment apart: of one size, and below the limit.
        assertThat(metrics.get("container_memory_working_set_bytes"))
                .isBetween(stats.getMemory().getWorkingSetBytes().getValue() / 8, MEMORY);
    }

    private Container limited(Pod pod) {
        var config = bench.idle();
        config.getLinuxBuilder()
                .setResources(LinuxContainerResources.newBuilder()
                        .setCpuPeriod(100_000)
                        .setCpuQuota(50_000)
                        .setCpuShares(512)
                        .setMemoryLimitInBytes(MEMORY)
                        .setMemorySwapLimitInBytes(MEMORY));
        return pod.run(config);
    }

    /** Waits until the pod's containers were measured. */
    private List<Metric> measured(Pod pod) {
        bench.await(
                "metrics of the pod",
                () -> metrics(pod),
                list -> list.stream().anyMatch(of -> of.getContainerMetricsCount() > 0));
        return samples(pod);
    }

    private Map<String, Long> counters(Pod pod) {
        Map<String, Long> counters = new HashMap<>();
        measured(pod).stream()
                .filter(sample -> sample.getMetricType() == MetricType.COUNTER)
                .forEach(sample -> counters.put(
                        sample.getName() + sample.getLabelValuesList(),
                        sample.getValue().getValue()));
        return counters;
    }

    private Map<String, Long> container(Pod pod, Container container) {
        Map<String, Long> values = new HashMap<>();
        metrics(pod).stream()
                .flatMap(of -> of.getContainerMetricsList().stream())
                .filter(of -> of.getContainerId().equals(container.id()))
                .flatMap(of -> of.getMetricsList().stream())
                .forEach(
                        sample -> values.put(sample.getName(), sample.getValue().getValue()));
        return values;
    }

    private List<Metric> samples(Pod pod) {
        List<Metric> samples = new ArrayList<>();
        for (PodSandboxMetrics of : metrics(pod)) {
            samples.addAll(Stream.concat(
                            of.getMetricsList().stream(),
                            of.getContainerMetricsList().stream().flatMap(it -> it.getMetricsList().stream()))
                    .toList());
        }
        return samples;
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
}
