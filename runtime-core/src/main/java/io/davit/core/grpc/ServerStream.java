package io.davit.core.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Answers a call that has many answers, no faster than the client reads them. The work has a virtual thread of its own:
 * grpc-java runs a call's callbacks one after the other, so a handler that blocks would never see the client get ready.
 *
 * @param <T> one answer
 */
final class ServerStream<T> {
    /** The work: sends until it returns; interrupted when the client leaves. */
    @FunctionalInterface
    interface Work<T> {
        void run(ServerStream<T> stream) throws InterruptedException;
    }

    private final ServerCallStreamObserver<T> call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private ServerStream(ServerCallStreamObserver<T> call) {
        this.call = call;
    }

    static <T> void answer(String rpc, StreamObserver<T> out, Work<T> work) {
        ServerCallStreamObserver<T> call = (ServerCallStreamObserver<T>) out;
        ServerStream<T> stream = new ServerStream<>(call);
        Thread thread = Thread.ofVirtual().name(rpc).unstarted(() -> stream.run(rpc, work));
        call.setOnReadyHandler(stream::wake);
        call.setOnCancelHandler(thread::interrupt);
        thread.start();
    }

    /** Sends one answer once the client can take it. */
    void send(T answer) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!call.isReady()) {
                if (call.isCancelled()) throw new InterruptedException("the client has left");
                changed.await();
            }
        } finally {
            lock.unlock();
        }
        call.onNext(answer);
    }

    private void run(String rpc, Work<T> work) {
        try {
            work.run(this);
            call.onCompleted();
        } catch (InterruptedException _) {
            // The client has left: nobody is there to be answered.
        } catch (RuntimeException e) {
            if (!call.isCancelled()) call.onError(FaultToStatus.of(rpc, e));
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
