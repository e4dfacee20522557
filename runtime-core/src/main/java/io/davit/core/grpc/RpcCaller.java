package io.davit.core.grpc;

import io.davit.core.operation.Caller;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The client of the RPC on whose thread it was made. */
final class RpcCaller implements Caller {
    private final Context context = Context.current();

    @Override
    public boolean gone() {
        return context.isCancelled();
    }

    @Override
    public Optional<Duration> remaining() {
        Deadline deadline = context.getDeadline();
        if (deadline == null) return Optional.empty();
        return Optional.of(Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }

    /** On a thread of its own: the caller of a listener may hold locks that {@code action} wants. */
    @Override
    public void whenGone(Runnable action) {
        context.addListener(_ -> action.run(), task -> Thread.ofVirtual().start(task));
    }
}
