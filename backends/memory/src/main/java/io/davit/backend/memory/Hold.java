package io.davit.backend.memory;

import io.davit.core.domain.Fault;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A call that a {@link Script} stopped on its way; the test holds it. */
public final class Hold {
    private static final long SECONDS_MAX = 30;

    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    /** Waits until the call stands here. */
    public void awaitArrival() throws InterruptedException {
        await(arrived, "no such call came");
    }

    /** Waits until the core asks the call to give up, which it does. */
    public void awaitInterrupt() throws InterruptedException {
        await(interrupted, "nobody interrupted the held call");
    }

    private static void await(CountDownLatch latch, String complaint) throws InterruptedException {
        if (latch.await(SECONDS_MAX, TimeUnit.SECONDS)) return;
        throw new AssertionError(complaint + " within " + SECONDS_MAX + " s");
    }

    /** Whether the call stands here, or stood here. */
    public boolean hasArrived() {
        return arrived.getCount() == 0;
    }

    /** Lets the call go on; also before it arrives. */
    public void release() {
        released.countDown();
    }

    void arrive() {
        arrived.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            interrupted.countDown();
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled("a held call"), e);
        }
    }
}
