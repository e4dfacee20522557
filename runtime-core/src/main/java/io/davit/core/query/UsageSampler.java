package io.davit.core.query;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.machine.SandboxPhase;
import io.davit.core.node.Node;
import io.davit.core.spi.Usage;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.SandboxRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Samples what everything that runs uses: by a thread of its own, so that there is something to tell a speed from, and
 * again when somebody asks. Nobody waits for an engine longer than a moment. Thread-safe.
 */
public final class UsageSampler implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(10);
    /** Looking takes far less than a millisecond per object; an engine that needs longer hangs. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(2);

    private final Node node;
    private final UsageSamples<ContainerId, Usage.OfContainer> containers;
    private final UsageSamples<SandboxId, Usage.OfSandbox> sandboxes;
    private final Thread thread;

    private UsageSampler(Node node) {
        this.node = node;
        this.containers = new UsageSamples<>(node.clock());
        this.sandboxes = new UsageSamples<>(node.clock());
        this.thread = Thread.ofVirtual().name("usage-sampler").unstarted(this::run);
    }

    /** The thread lives until the sampler is closed. */
    public static UsageSampler start(Node node) {
        UsageSampler sampler = new UsageSampler(node);
        sampler.thread.start();
        return sampler;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                sampleAll();
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    private void sampleAll() throws InterruptedException {
        List<ContainerRecord> running = node.store().listedContainers().stream()
                .filter(record -> ListContainers.State.of(record) == ListContainers.State.RUNNING)
                .toList();
        List<SandboxRecord> ready = node.store().listedSandboxes().stream()
                .filter(record -> record.state().phase() == SandboxPhase.READY)
                .toList();
        refresh(running, ready);
        containers.retain(running.stream().map(ContainerRecord::id).collect(Collectors.toSet()));
        sandboxes.retain(ready.stream().map(SandboxRecord::id).collect(Collectors.toSet()));
    }

    /** Brings the samples of these up to date, as far as their engines answer soon. */
    void update(List<ContainerRecord> ofContainers, List<SandboxRecord> ofSandboxes) {
        try {
            refresh(ofContainers, ofSandboxes);
        } catch (InterruptedException e) {
            throw new Fault(new Fault.Kind.Cancelled("waiting for statistics"), e);
        }
    }

    private void refresh(List<ContainerRecord> ofContainers, List<SandboxRecord> ofSandboxes)
            throws InterruptedException {
        List<Future<?>> asked = new ArrayList<>();
        for (ContainerRecord record : ofContainers) {
            containers
                    .refresh(
                            record.id(), () -> node.backendOf(record).observer().containerUsage(record.id()))
                    .ifPresent(asked::add);
        }
        for (SandboxRecord record : ofSandboxes) {
            sandboxes
                    .refresh(
                            record.id(), () -> node.backendOf(record).observer().sandboxUsage(record.spec()))
                    .ifPresent(asked::add);
        }
        long deadline = System.nanoTime() + WAIT_MAX.toNanos();
        for (Future<?> one : asked) {
            await(one, deadline);
        }
    }

    private static void await(Future<?> one, long deadline) throws InterruptedException {
        try {
            one.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            // The sample before, if any, has to do; this one comes in later.
        } catch (ExecutionException e) {
            throw new AssertionError("failures of engines are logged where they are met", e);
        }
    }

    /** @throws Fault Failed if the engine has never told */
    Optional<Measured<Usage.OfContainer>> known(ContainerRecord record) {
        if (!containers.answered(record.id())) throw silent("container " + record.id(), record.backend());
        return last(record.id());
    }

    /** @throws Fault Failed if the engine has never told */
    Optional<Measured<Usage.OfSandbox>> known(SandboxRecord record) {
        if (!sandboxes.answered(record.id())) throw silent("pod sandbox " + record.id(), record.backend());
        return last(record.id());
    }

    private static Fault silent(String what, String backend) {
        return Fault.failed(
                "measure " + what, "the backend '" + backend + "' does not tell; davit's log has the reason");
    }

    Optional<Measured<Usage.OfContainer>> last(ContainerId id) {
        return containers.last(id);
    }

    Optional<Measured<Usage.OfSandbox>> last(SandboxId id) {
        return sandboxes.last(id);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
