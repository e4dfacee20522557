package io.davit.conformance.suite.client;

import io.davit.conformance.suite.contract.Rpcs;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes each call that has ended: which, how, and how long it took. Thread-safe. */
public final class CallLog implements ClientInterceptor {
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    /** @param nanos from the first byte sent to the status received */
    public record Call(String rpc, Status.Code code, long nanos) {}

    public List<Call> calls() {
        return List.copyOf(calls);
    }

    @Override
    public <A, B> ClientCall<A, B> interceptCall(MethodDescriptor<A, B> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<B> listener, Metadata headers) {
                long begin = System.nanoTime();
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                calls.add(new Call(Rpcs.name(method), status.getCode(), System.nanoTime() - begin));
                                super.onClose(status, trailers);
                            }
                        },
                        headers);
            }
        };
    }
}
