package io.davit.core.grpc;

import io.davit.core.observe.Meter;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Objects;

/** Tells a meter of every call. Sees only methods that there are: gRPC refuses others before. */
record MeteredCalls(Meter meter) implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        MethodDescriptor<Q, A> method = call.getMethodDescriptor();
        Meter.Call measured = meter.callBegins(
                Objects.requireNonNull(method.getServiceName()),
                Objects.requireNonNull(method.getBareMethodName()),
                method.getType() != MethodDescriptor.MethodType.UNARY);
        ServerCall<Q, A> told = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                measured.ended(status.getCode().name());
                super.close(status, trailers);
            }
        };
        return new SimpleForwardingServerCallListener<>(next.startCall(told, headers)) {
            @Override
            public void onCancel() {
                measured.ended(Status.Code.CANCELLED.name());
                super.onCancel();
            }
        };
    }
}
