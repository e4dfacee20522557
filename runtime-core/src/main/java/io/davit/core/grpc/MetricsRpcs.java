package io.davit.core.grpc;

import io.davit.core.query.MetricFamily;
import io.davit.core.query.MetricSample;
import io.davit.core.query.PodMetrics;
import io.davit.cri.v1.ContainerMetrics;
import io.davit.cri.v1.ListMetricDescriptorsRequest;
import io.davit.cri.v1.ListMetricDescriptorsResponse;
import io.davit.cri.v1.ListPodSandboxMetricsRequest;
import io.davit.cri.v1.ListPodSandboxMetricsResponse;
import io.davit.cri.v1.Metric;
import io.davit.cri.v1.MetricDescriptor;
import io.davit.cri.v1.MetricType;
import io.davit.cri.v1.PodSandboxMetrics;
import io.davit.cri.v1.StreamPodSandboxMetricsRequest;
import io.davit.cri.v1.StreamPodSandboxMetricsResponse;
import io.davit.cri.v1.UInt64Value;
import io.grpc.stub.StreamObserver;

/** The RPCs of RuntimeService that tell metrics: what the kubelet shows under /metrics/cadvisor. */
abstract class MetricsRpcs extends CheckpointRpcs {
    private final PodMetrics metrics;

    MetricsRpcs(RuntimeCalls calls) {
        super(calls);
        this.metrics = calls.podMetrics();
    }

    @Override
    public void listMetricDescriptors(
            ListMetricDescriptorsRequest request, StreamObserver<ListMetricDescriptorsResponse> out) {
        Unary.answer(
                "ListMetricDescriptors",
                out,
                () -> ListMetricDescriptorsResponse.newBuilder()
                        .addAllDescriptors(metrics.families().stream()
                                .map(MetricsRpcs::descriptor)
                                .toList())
                        .build());
    }

    @Override
    public void listPodSandboxMetrics(
            ListPodSandboxMetricsRequest request, StreamObserver<ListPodSandboxMetricsResponse> out) {
        Unary.answer(
                "ListPodSandboxMetrics",
                out,
                () -> ListPodSandboxMetricsResponse.newBuilder()
                        .addAllPodMetrics(
                                metrics.ready().stream().map(MetricsRpcs::pod).toList())
                        .build());
    }

    @Override
    public void streamPodSandboxMetrics(
            StreamPodSandboxMetricsRequest request, StreamObserver<StreamPodSandboxMetricsResponse> out) {
        ServerStream.answer("StreamPodSandboxMetrics", out, stream -> {
            for (var batch : Batches.of(metrics.ready(), MetricsRpcs::pod)) {
                stream.send(StreamPodSandboxMetricsResponse.newBuilder()
                        .addAllPodSandboxMetrics(batch)
                        .build());
            }
        });
    }

    private static MetricDescriptor descriptor(MetricFamily family) {
        return MetricDescriptor.newBuilder()
                .setName(family.metricName())
                .setHelp(family.help())
                .addAllLabelKeys(family.labels())
                .build();
    }

    private static PodSandboxMetrics pod(PodMetrics.Row row) {
        PodSandboxMetrics.Builder pod = PodSandboxMetrics.newBuilder()
                .setPodSandboxId(row.pod().value())
                .addAllMetrics(row.own().stream().map(MetricsRpcs::metric).toList());
        row.containers()
                .forEach((id, samples) -> pod.addContainerMetrics(ContainerMetrics.newBuilder()
                        .setContainerId(id.value())
                        .addAllMetrics(samples.stream().map(MetricsRpcs::metric).toList())));
        return pod.build();
    }

    private static Metric metric(MetricSample sample) {
        return Metric.newBuilder()
                .setName(sample.family().metricName())
                .setTimestamp(SandboxWriter.nanos(sample.sampledAt()))
                .setMetricType(type(sample.family().kind()))
                .addAllLabelValues(sample.labels())
                .setValue(UInt64Value.newBuilder().setValue(sample.value()))
                .build();
    }

    private static MetricType type(MetricFamily.Kind kind) {
        return switch (kind) {
            case COUNTER -> MetricType.COUNTER;
            case GAUGE -> MetricType.GAUGE;
        };
    }
}
