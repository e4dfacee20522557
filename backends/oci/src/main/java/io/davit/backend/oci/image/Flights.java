package io.davit.backend.oci.image;

import io.davit.core.domain.Fault;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * Work that several callers want done once: whoever asks while it is under way waits for the same result. The work runs
 * on a virtual thread of its own and is interrupted when the last waiter has left. Thread-safe.
 *
 * @param <K> what makes two pieces of work the same
 */
final class Flights<K, V> {
    private final String name;
    /** Guarded by this. */
    private final Map<K, Flight> underWay = new HashMap<>();
    /** Without waiters and interrupted, but not ended; guarded by this. */
    private final Map<K, Thread> abandoned = new HashMap<>();

    /** @param name of the work, for messages and thread names */
    Flights(String name) {
        this.name = name;
    }

    /** One piece of work under way; its counter is guarded by the outer object. */
    private final class Flight {
        final CompletableFuture<V> result = new CompletableFuture<>();
        final Thread worker;
        int waiters;

        Flight(K key, Optional<Thread> before, Supplier<V> work) {
            worker = Thread.ofVirtual().name(name).unstarted(() -> {
                try {
                    // The same files must not be written by two workers.
                    if (before.isPresent()) before.get().join();
                    V value = work.get();
                    land(key, this);
                    result.complete(value);
                } catch (InterruptedException e) {
                    land(key, this);
                    result.completeExceptionally(new Fault(new Fault.Kind.Cancelled(name + " " + key), e));
                } catch (Throwable e) {
                    land(key, this);
                    result.completeExceptionally(e);
                }
            });
        }
    }

    /**
     * Does {@code work}, or waits for the same work that is under way.
     *
     * @throws Fault of the work; Cancelled if the calling thread was interrupted
     */
    V run(K key, Supplier<V> work) {
        return await(key, board(key, work).flight());
    }

    /** As {@link #run}, but if somebody else's work fails, this caller's is done. */
    V runUnlessDone(K key, Supplier<V> work) {
        while (true) {
            Boarding<Flight> boarding = board(key, work);
            try {
                return await(key, boarding.flight());
            } catch (Fault e) {
                if (boarding.own() || Thread.currentThread().isInterrupted()) throw e;
            }
        }
    }

    /** @param own whether the caller's work is done, not somebody else's */
    private record Boarding<F>(F flight, boolean own) {}

    private synchronized Boarding<Flight> board(K key, Supplier<V> work) {
        Flight flight = underWay.get(key);
        boolean own = flight == null;
        if (flight == null) {
            flight = new Flight(key, Optional.ofNullable(abandoned.get(key)), work);
            underWay.put(key, flight);
            flight.worker.start();
        }
        flight.waiters++;
        return new Boarding<>(flight, own);
    }

    // Before its waiters wake up: whoever comes now must start anew.
    private synchronized void land(K key, Flight flight) {
        underWay.remove(key, flight);
        abandoned.remove(key, flight.worker);
    }

    private V await(K key, Flight flight) {
        try {
            return flight.result.get();
        } catch (InterruptedException e) {
            // The last one to leave waits for the end, so that whoever cleans up after a failure is alone.
            if (leave(key, flight)) Threads.joinUninterruptibly(flight.worker);
            Thread.currentThread().interrupt();
            throw new Fault(new Fault.Kind.Cancelled(name + " " + key), e);
        } catch (ExecutionException e) {
            // Each waiter gets an exception of its own: traces and suppressed ones are per thread.
            if (e.getCause() instanceof Fault fault) throw new Fault(fault.kind(), fault);
            throw new IllegalStateException(e.getCause());
        }
    }

    /** @return whether nobody waits for this flight any more */
    private synchronized boolean leave(K key, Flight flight) {
        flight.waiters--;
        if (flight.waiters > 0 || !underWay.remove(key, flight)) return false;
        abandoned.put(key, flight.worker);
        flight.worker.interrupt();
        return true;
    }
}
