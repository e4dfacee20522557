package io.davit.backend.oci.image;

import io.davit.backend.oci.layers.Layer;
import io.davit.core.domain.Fault;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * Unpacks one layer on a platform thread: it computes for seconds without a pause, and on a virtual thread would keep
 * others, such as those of RPCs, off the few carriers there are.
 */
final class Unpacking {
    private final CompletableFuture<Layer> result = new CompletableFuture<>();
    private final Thread thread;

    private Unpacking(Supplier<Layer> work) {
        thread = Thread.ofPlatform().daemon().name("unpack-layer").unstarted(() -> {
            try {
                result.complete(work.get());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
    }

    static Unpacking start(Supplier<Layer> work) {
        Unpacking unpacking = new Unpacking(work);
        unpacking.thread.start();
        return unpacking;
    }

    /** @throws Fault of the work; Cancelled, after the work has ended, if the calling thread was interrupted */
    Layer await() {
        try {
            return result.get();
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled("unpacking a layer"), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Fault fault) throw new Fault(fault.kind(), fault);
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Returns when the thread has ended: nothing of it may touch the disk any more. */
    void stop() {
        thread.interrupt();
        Threads.joinUninterruptibly(thread);
    }
}
