package io.davit.backend.oci.image;

import io.davit.backend.oci.layers.Layer;
import io.davit.backend.oci.layers.LayerStore;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * All layers of one image at once, one virtual thread each; {@link LayerFetch} bounds how many work. The first failure
 * stops the others. Used once.
 */
final class LayerPulls {
    private final LayerFetch fetch;
    private final LayerStore layers;
    private final List<CompletableFuture<Layer>> results = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CompletableFuture<Fault> firstFailure = new CompletableFuture<>();

    LayerPulls(LayerFetch fetch, LayerStore layers) {
        this.fetch = fetch;
        this.layers = layers;
    }

    /** The layers, in the order of {@code orders}: lowest first. An interrupt of the caller stops all. */
    List<Layer> run(List<LayerOrder> orders) {
        for (int i = 0; i < orders.size(); i++) {
            results.add(new CompletableFuture<>());
        }
        for (int i = 0; i < orders.size(); i++) {
            int number = i;
            threads.add(Thread.ofVirtual().name("pull-layer").unstarted(() -> pull(orders.get(number), number)));
        }
        threads.forEach(Thread::start);
        try {
            for (Thread thread : threads) thread.join();
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled("pulling layers"), e);
        }
        if (firstFailure.isDone()) throw firstFailure.resultNow();
        return results.stream().map(CompletableFuture::resultNow).toList();
    }

    private void pull(LayerOrder order, int number) {
        try {
            results.get(number).complete(fetch.run(order, () -> below(order, number)));
        } catch (Fault e) {
            fail(e, number);
        } catch (RuntimeException e) {
            fail(Fault.failed("pull the layer " + order.digest(), e), number);
        }
    }

    // The others fail only because they are interrupted then; the first failure is the cause of all.
    private void fail(Fault failure, int number) {
        firstFailure.complete(failure);
        results.get(number).completeExceptionally(failure);
        threads.forEach(Thread::interrupt);
    }

    /** Waits for the layer right below, which has waited for those below itself. */
    private List<Layer> below(LayerOrder order, int number) {
        if (number == 0) return List.of();
        try {
            results.get(number - 1).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled("waiting for the layer below " + order.digest()), e);
        } catch (ExecutionException e) {
            throw Fault.failed("unpack the layer " + order.digest(), "the layer below it failed");
        }
        Digest parent = order.name().parent().orElseThrow();
        Optional<List<Layer>> stack = layers.stack(parent);
        return stack.orElseThrow(() -> Fault.failed("unpack the layer " + order.digest(), "the one below has gone"));
    }

    private void stop() {
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            Threads.joinUninterruptibly(thread);
        }
    }
}
