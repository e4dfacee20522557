package io.davit.core.grpc;

import io.davit.core.domain.Fault;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where a fault becomes a gRPC code (cri-semantics 1.44). */
final class FaultToStatus {
    private static final Logger LOG = LoggerFactory.getLogger(FaultToStatus.class);

    private FaultToStatus() {}

    static StatusRuntimeException of(String rpc, RuntimeException failure) {
        if (failure instanceof Fault fault) {
            Status status = code(fault.kind()).withDescription(fault.kind().text());
            LOG.info("{}: {} {}", rpc, status.getCode(), status.getDescription());
            return status.asRuntimeException();
        }
        LOG.error("{} met a bug", rpc, failure);
        return Status.INTERNAL
                .withDescription("a bug in davit, see its log: " + Fault.reason(failure))
                .asRuntimeException();
    }

    private static Status code(Fault.Kind kind) {
        return switch (kind) {
            case Fault.Kind.Absent _ -> Status.NOT_FOUND;
            case Fault.Kind.Conflict _ -> Status.ALREADY_EXISTS;
            case Fault.Kind.InvalidRequest _ -> Status.INVALID_ARGUMENT;
            case Fault.Kind.Refused _ -> Status.FAILED_PRECONDITION;
            case Fault.Kind.Unsupported _ -> Status.UNIMPLEMENTED;
            case Fault.Kind.Unreachable _ -> Status.UNAVAILABLE;
            case Fault.Kind.TimedOut _ -> Status.DEADLINE_EXCEEDED;
            case Fault.Kind.Exhausted _ -> Status.RESOURCE_EXHAUSTED;
            // UNKNOWN, not UNAVAILABLE: the kubelet recognises the reason by the first word of the text, and strips
            // the code in front of it for UNKNOWN only (cri-semantics 0.4).
            case Fault.Kind.KubeletReason _ -> Status.UNKNOWN;
            case Fault.Kind.CorruptRecord _ -> Status.DATA_LOSS;
            case Fault.Kind.Failed _ -> Status.UNKNOWN;
            case Fault.Kind.Cancelled _ -> Status.CANCELLED;
        };
    }
}
