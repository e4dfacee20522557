package io.davit.conformance.suite.checks;

import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerEventResponse;
import io.davit.cri.v1.ContainerEventType;
import io.davit.cri.v1.GetEventsRequest;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.RuntimeServiceGrpc;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A stream of events that is being listened to. */
final class Subscription implements AutoCloseable, StreamObserver<ContainerEventResponse> {
    private static final long PATIENCE_SECONDS = 15;

    private final CancellableContext context = Context.ROOT.withCancellation();
    private final List<ContainerEventResponse> events = new ArrayList<>();
    private Optional<Status> ended = Optional.empty();

    private Subscription() {}

    /**
     * Subscribes, and waits until the server has: there is no sign of it but an event, so pods come and go until one is
     * told.
     */
    static Subscription open(Workbench bench) throws InterruptedException {
        Subscription subscription = new Subscription();
        subscription.context.run(() -> RuntimeServiceGrpc.newStub(bench.cri().runtimeChannel())
                .getContainerEvents(GetEventsRequest.getDefaultInstance(), subscription));
        // The call is on its way before any later one of this connection; an answer to a later one is a round trip.
        var _ = bench.cri()
                .listPodSandbox(PodSandboxFilter.newBuilder().setId("none").build());
        for (int tries = 0; tries < 5; tries++) {
            bench.runPod().remove();
            if (subscription.hasAny(TimeUnit.SECONDS.toMillis(1))) return subscription;
        }
        throw new AssertionError("no event came for five pods");
    }

    @Override
    public synchronized void onNext(ContainerEventResponse event) {
        events.add(event);
        notifyAll();
    }

    @Override
    public synchronized void onError(Throwable failure) {
        ended = Optional.of(Status.fromThrowable(failure));
        notifyAll();
    }

    @Override
    public synchronized void onCompleted() {
        ended = Optional.of(Status.OK);
        notifyAll();
    }

    private synchronized boolean hasAny(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (events.isEmpty() && pause(deadline)) {}
        return !events.isEmpty();
    }

    /** All events up to the one of that object and type. */
    synchronized List<ContainerEventResponse> until(String id, ContainerEventType type) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            for (int i = 0; i < events.size(); i++) {
                ContainerEventResponse event = events.get(i);
                if (event.getContainerId().equals(id) && event.getContainerEventType() == type) {
                    return List.copyOf(events.subList(0, i + 1));
                }
            }
            if (!pause(deadline)) throw new AssertionError("no " + type + " of " + id + " came");
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the callers are the loops
    private boolean pause(long deadline) throws InterruptedException {
        if (ended.isPresent()) throw ended.get().asRuntimeException();
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0) return false;
        wait(millis);
        return true;
    }

    @Override
    public void close() {
        context.cancel(null);
    }
}
