package io.davit.core.grpc;

import io.davit.core.domain.Fault;
import io.davit.cri.v1.CheckpointContainerRequest;
import io.davit.cri.v1.CheckpointContainerResponse;
import io.davit.cri.v1.CheckpointPodRequest;
import io.davit.cri.v1.CheckpointPodResponse;
import io.davit.cri.v1.ListMetricDescriptorsRequest;
import io.davit.cri.v1.ListMetricDescriptorsResponse;
import io.davit.cri.v1.ListPodSandboxMetricsRequest;
import io.davit.cri.v1.ListPodSandboxMetricsResponse;
import io.davit.cri.v1.RestorePodRequest;
import io.davit.cri.v1.RestorePodResponse;
import io.davit.cri.v1.RuntimeServiceGrpc;
import io.davit.cri.v1.StreamPodSandboxMetricsRequest;
import io.davit.cri.v1.StreamPodSandboxMetricsResponse;
import io.davit.cri.v1.UpdatePodSandboxResourcesRequest;
import io.davit.cri.v1.UpdatePodSandboxResourcesResponse;
import io.grpc.stub.StreamObserver;

/**
 * RPCs that this version of davit does not serve. The kubelet takes UNIMPLEMENTED for "this runtime has no such
 * feature" and does without; an empty success would tell it a lie.
 */
abstract class UnservedRpcs extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    private static final String METRICS = "metrics are not part of this version; the kubelet falls back to cAdvisor";
    private static final String CHECKPOINTS = "checkpoints are not part of this version";

    private static void unserved(String rpc, StreamObserver<?> out, String why) {
        out.onError(FaultToStatus.of(rpc, new Fault(new Fault.Kind.Unsupported(rpc, why))));
    }

    @Override
    public void listMetricDescriptors(
            ListMetricDescriptorsRequest request, StreamObserver<ListMetricDescriptorsResponse> out) {
        unserved("ListMetricDescriptors", out, METRICS);
    }

    @Override
    public void listPodSandboxMetrics(
            ListPodSandboxMetricsRequest request, StreamObserver<ListPodSandboxMetricsResponse> out) {
        unserved("ListPodSandboxMetrics", out, METRICS);
    }

    @Override
    public void streamPodSandboxMetrics(
            StreamPodSandboxMetricsRequest request, StreamObserver<StreamPodSandboxMetricsResponse> out) {
        unserved("StreamPodSandboxMetrics", out, METRICS);
    }

    @Override
    public void checkpointContainer(
            CheckpointContainerRequest request, StreamObserver<CheckpointContainerResponse> out) {
        unserved("CheckpointContainer", out, CHECKPOINTS);
    }

    @Override
    public void checkpointPod(CheckpointPodRequest request, StreamObserver<CheckpointPodResponse> out) {
        unserved("CheckpointPod", out, CHECKPOINTS);
    }

    @Override
    public void restorePod(RestorePodRequest request, StreamObserver<RestorePodResponse> out) {
        unserved("RestorePod", out, CHECKPOINTS);
    }

    @Override
    public void updatePodSandboxResources(
            UpdatePodSandboxResourcesRequest request, StreamObserver<UpdatePodSandboxResourcesResponse> out) {
        unserved("UpdatePodSandboxResources", out, "no handler of this version resizes its sandbox");
    }
}
