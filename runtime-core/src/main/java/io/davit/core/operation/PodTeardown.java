package io.davit.core.operation;

import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.SandboxId;
import io.davit.core.node.Node;
import io.davit.core.store.ContainerRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** The steps that stopping and removing a sandbox share. */
final class PodTeardown {
    private final Node node;
    private final StopContainer stopContainer;

    PodTeardown(Node node, StopContainer stopContainer) {
        this.node = node;
        this.stopContainer = stopContainer;
    }

    /** Kills every container of the sandbox at once; stops that are under way with a grace period end sooner. */
    void killContainers(SandboxId id) {
        forEachContainer(id, record -> stopContainer.run(record.id(), GracePeriod.NONE));
    }

    /** Runs {@code action} for all containers side by side and throws the first failure when all have ended. */
    void forEachContainer(SandboxId id, Consumer<ContainerRecord> action) {
        List<ContainerRecord> records = node.store().containersOf(id);
        if (records.size() == 1) {
            action.accept(records.getFirst());
            return;
        }
        ConcurrentLinkedQueue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (ContainerRecord record : records) {
            threads.add(Thread.ofVirtual().name("pod-teardown").start(() -> attempt(action, record, failures)));
        }
        threads.forEach(PodTeardown::join);
        Optional.ofNullable(failures.peek()).ifPresent(failure -> {
            throw failure;
        });
    }

    private static void attempt(
            Consumer<ContainerRecord> action,
            ContainerRecord record,
            ConcurrentLinkedQueue<RuntimeException> failures) {
        try {
            action.accept(record);
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    /** An operation finishes what it began, so an interrupt only waits until the end. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
