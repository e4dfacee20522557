package io.davit.core.grpc;

import io.davit.core.domain.Fault;
import io.davit.cri.v1.CheckpointPodRequest;
import io.davit.cri.v1.CheckpointPodResponse;
import io.davit.cri.v1.RestorePodRequest;
import io.davit.cri.v1.RestorePodResponse;
import io.davit.cri.v1.RuntimeServiceGrpc;
import io.grpc.stub.StreamObserver;

/**
 * RPCs that this version of davit does not serve. The kubelet takes UNIMPLEMENTED for "this runtime has no such
 * feature" and does without; an empty success would tell it a lie.
 */
abstract class UnservedRpcs extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    private static final String CHECKPOINTS = "checkpoints of whole pods are not part of this version";

    private static void unserved(String rpc, StreamObserver<?> out, String why) {
        out.onError(FaultToStatus.of(rpc, new Fault(new Fault.Kind.Unsupported(rpc, why))));
    }

    @Override
    public void checkpointPod(CheckpointPodRequest request, StreamObserver<CheckpointPodResponse> out) {
        unserved("CheckpointPod", out, CHECKPOINTS);
    }

    @Override
    public void restorePod(RestorePodRequest request, StreamObserver<RestorePodResponse> out) {
        unserved("RestorePod", out, CHECKPOINTS);
    }
}
