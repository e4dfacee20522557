package io.davit.conformance.contract;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A blocking call on a virtual thread of its own, as the core makes it, with a test that waits for its answer. */
public final class Background<T> {
    private static final Duration ANSWER_MAX = Duration.ofMinutes(1);

    private final FutureTask<T> task;
    private final Thread thread;

    private Background(FutureTask<T> task) {
        this.task = task;
        this.thread = Thread.ofVirtual().start(task);
    }

    public static <T> Background<T> call(Callable<T> call) {
        return new Background<>(new FutureTask<>(call));
    }

    /** A call without an answer. */
    public static Background<Boolean> run(Body body) {
        return call(() -> {
            body.run();
            return true;
        });
    }

    /** The answer; what the call threw is thrown here. A call that does not end is a failure. */
    public T answer() throws Exception {
        return answer(ANSWER_MAX);
    }

    /** The answer within {@code limit}. */
    public T answer(Duration limit) throws Exception {
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) throw cause;
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the call did not end within " + limit, e);
        }
    }

    /** Waits until the call has ended in whichever way. */
    public void awaitEnd() throws InterruptedException {
        if (thread.join(ANSWER_MAX)) return;
        throw new AssertionError("the call did not end within " + ANSWER_MAX);
    }

    /** Interrupts the call, and waits until it has ended in whichever way. */
    public void interrupt() throws InterruptedException {
        thread.interrupt();
        if (thread.join(ANSWER_MAX)) return;
        throw new AssertionError("the call did not end within " + ANSWER_MAX + " after its interrupt");
    }

    public boolean isOver() {
        return task.isDone();
    }

    /** A call that answers nothing. */
    @FunctionalInterface
    public interface Body {
        void run() throws Exception;
    }
}
