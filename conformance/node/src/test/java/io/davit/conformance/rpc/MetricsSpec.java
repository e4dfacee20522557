package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.cri.v1.LinuxContainerResources;
import io.davit.cri.v1.ListMetricDescriptorsRequest;
import io.davit.cri.v1.ListPodSandboxMetricsRequest;
import io.davit.cri.v1.Metric;
import io.davit.cri.v1.MetricDescriptor;
import io.davit.cri.v1.PodSandboxMetrics;
import io.davit.cri.v1.PodSandboxStatusRequest;
import io.davit.cri.v1.StreamPodSandboxMetricsRequest;
import io.davit.cri.v1.UpdatePodSandboxResourcesRequest;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class MetricsSpec {
    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    private String pod = "";
    private String app = "";

    @BeforeEach
    void a_pod_with_a_running_container() {
        one.pods().pull(TestNode.IMAGE);
        pod = one.pods().run("web");
        app = one.pods().create(pod, "web", "app", "sleep", "infinity");
        one.pods().start(app);
    }

    @Test
    void every_descriptor_has_a_help_and_labels_and_a_name_of_its_own() {
        assertThat(descriptors()).allSatisfy((name, descriptor) -> {
            assertThat(name).startsWith("container_");
            assertThat(descriptor.getHelp()).endsWith(".");
            assertThat(descriptor.getLabelKeysList())
                    .contains("pod", "namespace", "container")
                    .doesNotHaveDuplicates();
        });
        assertThat(descriptors())
                .containsKeys(
                        "container_cpu_usage_seconds_total",
                        "container_memory_working_set_bytes",
                        "container_fs_usage_bytes",
                        "container_network_receive_bytes_total",
                        "container_oom_events_total");
    }

    @Test
    void every_metric_fits_its_descriptor() {
        assertThat(metrics()).isNotEmpty().allSatisfy(metric -> {
            assertThat(metric.getLabelValuesList()).hasSameSizeAs(keys(metric));
            assertThat(metric.getTimestamp()).isPositive();
        });
    }

    @Test
    void a_containers_metrics_name_container_and_pod() {
        Metric memory = metrics().stream()
                .filter(metric -> metric.getName().equals("container_memory_working_set_bytes"))
                .findFirst()
                .orElseThrow();

        assertThat(labels(memory))
                .containsEntry("container", "app")
                .containsEntry("id", app)
                .containsEntry("image", TestNode.IMAGE)
                .containsEntry("pod", "web")
                .containsEntry("namespace", "default");
        assertThat(memory.getValue().getValue()).isPositive();
    }

    @Test
    void a_pods_own_metrics_are_those_of_its_network() {
        assertThat(list().getFirst().getMetricsList())
                .isNotEmpty()
                .allMatch(metric -> metric.getName().startsWith("container_network_"))
                .allSatisfy(metric -> assertThat(labels(metric)).containsEntry("interface", "eth0"));
    }

    @Test
    void the_stream_has_what_the_list_has() {
        List<PodSandboxMetrics> streamed = new ArrayList<>();
        one.node()
                .client()
                .runtime()
                .streamPodSandboxMetrics(StreamPodSandboxMetricsRequest.getDefaultInstance())
                .forEachRemaining(part -> streamed.addAll(part.getPodSandboxMetricsList()));

        assertThat(streamed).extracting(PodSandboxMetrics::getPodSandboxId).containsExactly(pod);
        assertThat(streamed.getFirst().getContainerMetricsList())
                .extracting(container -> container.getContainerId())
                .containsExactly(app);
    }

    @Test
    void a_pod_that_was_stopped_has_none() {
        one.pods().stopPod(pod);

        assertThat(list()).isEmpty();
    }

    @Test
    void what_the_kubelet_says_of_a_pods_resources_is_kept_over_a_restart() {
        LinuxContainerResources resources = LinuxContainerResources.newBuilder()
                .setCpuShares(512)
                .setMemoryLimitInBytes(64 << 20)
                .build();
        var _ = one.node()
                .client()
                .runtime()
                .updatePodSandboxResources(UpdatePodSandboxResourcesRequest.newBuilder()
                        .setPodSandboxId(pod)
                        .setResources(resources)
                        .build());
        one.restart();

        String info = one.node()
                .client()
                .runtime()
                .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(pod)
                        .setVerbose(true)
                        .build())
                .getInfoOrThrow("info");

        assertThat(info).contains("\"cpuShares\":512").contains("\"memoryLimitBytes\":67108864");
    }

    @Test
    void resources_of_a_pod_that_is_not_there_are_refused() {
        UpdatePodSandboxResourcesRequest request = UpdatePodSandboxResourcesRequest.newBuilder()
                .setPodSandboxId("f".repeat(64))
                .build();

        assertThat(Refusal.of(() -> one.node().client().runtime().updatePodSandboxResources(request))
                        .getCode())
                .isEqualTo(Code.NOT_FOUND);
    }

    private Map<String, MetricDescriptor> descriptors() {
        return one
                .node()
                .client()
                .runtime()
                .listMetricDescriptors(ListMetricDescriptorsRequest.getDefaultInstance())
                .getDescriptorsList()
                .stream()
                .collect(Collectors.toMap(MetricDescriptor::getName, Function.identity()));
    }

    private List<PodSandboxMetrics> list() {
        return one.node()
                .client()
                .runtime()
                .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
                .getPodMetricsList();
    }

    private List<Metric> metrics() {
        return list().stream()
                .flatMap(row -> Stream.concat(
                        row.getMetricsList().stream(),
                        row.getContainerMetricsList().stream()
                                .flatMap(container -> container.getMetricsList().stream())))
                .toList();
    }

    private Map<String, String> labels(Metric metric) {
        List<String> keys = keys(metric);
        return Stream.iterate(0, i -> i < keys.size(), i -> i + 1)
                .collect(Collectors.toMap(keys::get, metric::getLabelValues));
    }

    private List<String> keys(Metric metric) {
        return Optional.ofNullable(descriptors().get(metric.getName()))
                .orElseThrow(() -> new AssertionError("no descriptor of " + metric.getName()))
                .getLabelKeysList();
    }
}
