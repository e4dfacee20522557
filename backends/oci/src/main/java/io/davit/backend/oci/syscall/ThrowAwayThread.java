package io.davit.backend.oci.syscall;

import io.davit.core.domain.Fault;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A platform thread for one task: for calls that change the state of the thread (unshare, setns), which must not return
 * to anybody else, and for calls that block it natively, which would pin the carrier of a virtual thread.
 */
public final class ThrowAwayThread {
    private ThrowAwayThread() {}

    /**
     * Runs {@code task} on a new platform thread and waits for it. An interrupt of the caller does not end the wait: the
     * tasks are short, and what they make has an owner only when they are done. It is kept for later.
     */
    public static <T> T call(String name, Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().name("davit-" + name).daemon().start(future);
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
            throw rethrown(name, e);
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException rethrown(String name, ExecutionException e) {
        return switch (e.getCause()) {
            case Error error -> throw error;
            case RuntimeException exception -> exception;
            case null -> Fault.failed(name, e);
            case Throwable cause -> Fault.failed(name, cause);
        };
    }
}
