package io.davit.backend.docker.kernel;

import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A platform thread for one short task in another network namespace, where nobody else must find itself. */
public final class ThrowAwayThread {
    private ThrowAwayThread() {}

    /**
     * Runs {@code task} inside {@code network} and waits for it. An interrupt of the caller does not end the wait, for
     * what the task makes has an owner only when it is done; it is kept for later.
     */
    public static <T> T inNetwork(Path network, Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(() -> {
            Kernel.enterNetwork(network);
            return task.call();
        });
        Thread.ofPlatform().name("davit-in-network").daemon().start(future);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Fault fault) throw fault;
            throw Fault.failed("a task in the network of a pod", e.getCause() == null ? e : e.getCause());
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
