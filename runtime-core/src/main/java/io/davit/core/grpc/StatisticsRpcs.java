package io.davit.core.grpc;

import io.davit.core.query.ContainerStatistics;
import io.davit.core.query.SandboxStatistics;
import io.davit.cri.v1.ContainerStatsFilter;
import io.davit.cri.v1.ContainerStatsRequest;
import io.davit.cri.v1.ContainerStatsResponse;
import io.davit.cri.v1.ListContainerStatsRequest;
import io.davit.cri.v1.ListContainerStatsResponse;
import io.davit.cri.v1.ListPodSandboxStatsRequest;
import io.davit.cri.v1.ListPodSandboxStatsResponse;
import io.davit.cri.v1.PodSandboxStatsFilter;
import io.davit.cri.v1.PodSandboxStatsRequest;
import io.davit.cri.v1.PodSandboxStatsResponse;
import io.davit.cri.v1.StreamContainerStatsRequest;
import io.davit.cri.v1.StreamContainerStatsResponse;
import io.davit.cri.v1.StreamPodSandboxStatsRequest;
import io.davit.cri.v1.StreamPodSandboxStatsResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The RPCs of RuntimeService that tell what containers and pods use, in the order of the protocol. */
abstract class StatisticsRpcs extends MetricsRpcs {
    private final RuntimeCalls calls;

    StatisticsRpcs(RuntimeCalls calls) {
        super(calls);
        this.calls = calls;
    }

    @Override
    public void containerStats(ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> out) {
        Unary.answer("ContainerStats", out, () -> {
            ContainerStatistics.Row row =
                    calls.containerStatistics().of(calls.lookup().container(request.getContainerId()));
            return ContainerStatsResponse.newBuilder()
                    .setStats(StatisticsWriter.container(row))
                    .build();
        });
    }

    @Override
    public void listContainerStats(ListContainerStatsRequest request, StreamObserver<ListContainerStatsResponse> out) {
        Unary.answer(
                "ListContainerStats",
                out,
                () -> ListContainerStatsResponse.newBuilder()
                        .addAllStats(rows(request.getFilter()).stream()
                                .map(StatisticsWriter::container)
                                .toList())
                        .build());
    }

    @Override
    public void streamContainerStats(
            StreamContainerStatsRequest request, StreamObserver<StreamContainerStatsResponse> out) {
        ServerStream.answer("StreamContainerStats", out, stream -> {
            for (var batch : Batches.of(rows(request.getFilter()), StatisticsWriter::container)) {
                stream.send(StreamContainerStatsResponse.newBuilder()
                        .addAllContainerStats(batch)
                        .build());
            }
        });
    }

    private List<ContainerStatistics.Row> rows(ContainerStatsFilter filter) {
        return calls.containerStatistics()
                .running(filter.getId(), filter.getPodSandboxId(), filter.getLabelSelectorMap());
    }

    @Override
    public void podSandboxStats(PodSandboxStatsRequest request, StreamObserver<PodSandboxStatsResponse> out) {
        Unary.answer("PodSandboxStats", out, () -> {
            SandboxStatistics.Row row =
                    calls.sandboxStatistics().of(calls.lookup().sandbox(request.getPodSandboxId()));
            return PodSandboxStatsResponse.newBuilder()
                    .setStats(StatisticsWriter.sandbox(row))
                    .build();
        });
    }

    @Override
    public void listPodSandboxStats(
            ListPodSandboxStatsRequest request, StreamObserver<ListPodSandboxStatsResponse> out) {
        Unary.answer(
                "ListPodSandboxStats",
                out,
                () -> ListPodSandboxStatsResponse.newBuilder()
                        .addAllStats(rows(request.getFilter()).stream()
                                .map(StatisticsWriter::sandbox)
                                .toList())
                        .build());
    }

    @Override
    public void streamPodSandboxStats(
            StreamPodSandboxStatsRequest request, StreamObserver<StreamPodSandboxStatsResponse> out) {
        ServerStream.answer("StreamPodSandboxStats", out, stream -> {
            for (var batch : Batches.of(rows(request.getFilter()), StatisticsWriter::sandbox)) {
                stream.send(StreamPodSandboxStatsResponse.newBuilder()
                        .addAllPodSandboxStats(batch)
                        .build());
            }
        });
    }

    private List<SandboxStatistics.Row> rows(PodSandboxStatsFilter filter) {
        return calls.sandboxStatistics().ready(filter.getId(), filter.getLabelSelectorMap());
    }
}
