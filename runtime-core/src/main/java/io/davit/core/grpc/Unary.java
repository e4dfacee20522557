package io.davit.core.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** Answers a call that has one answer. */
final class Unary {
    private Unary() {}

    /**
     * Runs {@code work} on this thread, the call's own virtual thread, and sends its answer or its fault. A client that
     * has left is no error: the work was done all the same.
     */
    static <T> void answer(String rpc, StreamObserver<T> out, Supplier<T> work) {
        if (out instanceof ServerCallStreamObserver<T> call) {
            // With a handler an answer to a client that has left is dropped instead of thrown back at us.
            call.setOnCancelHandler(() -> {});
        }
        T answer;
        try {
            answer = work.get();
        } catch (RuntimeException e) {
            out.onError(FaultToStatus.of(rpc, e));
            return;
        }
        out.onNext(answer);
        out.onCompleted();
    }
}
