package io.davit.core.recovery;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.node.Node;
import io.davit.core.operation.RemoveContainer;
import io.davit.core.operation.RemovePodSandbox;
import io.davit.core.operation.StopPodSandbox;
import io.davit.core.spi.Observer;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.SandboxRecord;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off what operations could not finish, and looks again at what runs, so that a missed event is only late. It
 * does nothing of its own: it calls the operations, which are idempotent and take their locks.
 */
public final class Reconciler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final Node node;
    private final StopPodSandbox stopPodSandbox;
    private final RemovePodSandbox removePodSandbox;
    private final RemoveContainer removeContainer;
    private final NetworkCare networkCare;
    private final WorkOff workOff = new WorkOff();
    private final Thread thread;

    private Reconciler(
            Node node,
            StopPodSandbox stopPodSandbox,
            RemovePodSandbox removePodSandbox,
            RemoveContainer removeContainer,
            NetworkCare networkCare,
            List<Recovery.Orphan> orphans) {
        this.node = node;
        this.stopPodSandbox = stopPodSandbox;
        this.removePodSandbox = removePodSandbox;
        this.removeContainer = removeContainer;
        this.networkCare = networkCare;
        this.thread = Thread.ofVirtual().name("reconciler").unstarted(() -> run(orphans));
    }

    /** @param orphans removed first */
    public static Reconciler start(
            Node node,
            StopPodSandbox stopPodSandbox,
            RemovePodSandbox removePodSandbox,
            RemoveContainer removeContainer,
            NetworkCare networkCare,
            List<Recovery.Orphan> orphans) {
        Reconciler reconciler = new Reconciler(
                node, stopPodSandbox, removePodSandbox, removeContainer, networkCare, List.copyOf(orphans));
        reconciler.thread.start();
        return reconciler;
    }

    private void run(List<Recovery.Orphan> orphans) {
        List<Recovery.Orphan> left = orphans;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                left = left.stream().filter(orphan -> !remove(orphan)).toList();
                pass();
                networkCare.pass();
                Thread.sleep(PERIOD);
            }
        } catch (InterruptedException _) {
            // close() asked for it
        }
    }

    /** One look at everything; slow items go on by themselves and are not begun twice. */
    void pass() {
        for (ContainerRecord record : node.store().allContainers()) {
            switch (record.state().phase()) {
                case REMOVING -> workOff.begin(record.id().value(), () -> removeContainer.run(record.id()));
                case RUNNING, UNKNOWN -> look(record);
                case CREATING, CREATED, STARTING, EXITED -> {}
            }
        }
        for (SandboxRecord record : node.store().allSandboxes()) {
            switch (record.state().phase()) {
                case STOPPING -> workOff.begin(record.id().value(), () -> stopPodSandbox.run(record.id()));
                case REMOVING -> workOff.begin(record.id().value(), () -> removePodSandbox.run(record.id()));
                case STARTING, READY, NOT_READY -> {}
            }
        }
    }

    private void look(ContainerRecord record) {
        try {
            Observer observer =
                    node.backends().named(record.backend()).backend().observer();
            Judgement.of(record, observer.sighting(record.id()), node.clock().instant())
                    .filter(_ -> stillAsSeen(record))
                    .ifPresent(event -> node.store().apply(record.id(), event));
        } catch (RuntimeException e) {
            LOG.warn("container {} could not be looked at: {}", record.id(), Fault.reason(e));
        }
    }

    /** A removal may have ended between the record and the look. */
    private boolean stillAsSeen(ContainerRecord record) {
        ContainerPhase phase = record.state().phase();
        return node.store()
                .find(record.id())
                .filter(now -> now.state().phase() == phase)
                .isPresent();
    }

    private boolean remove(Recovery.Orphan orphan) {
        try {
            orphan.container().ifPresent(id -> removeContainerOf(orphan, id));
            orphan.sandbox().ifPresent(id -> removeSandboxOf(orphan, id));
            return true;
        } catch (RuntimeException e) {
            LOG.warn("what no record speaks of could not be removed, tried again: {}", Fault.reason(e));
            return false;
        }
    }

    private static void removeContainerOf(Recovery.Orphan orphan, ContainerId id) {
        LOG.info("removing container {}, which no record speaks of", id);
        orphan.backend().containers().remove(id);
    }

    private static void removeSandboxOf(Recovery.Orphan orphan, SandboxId id) {
        LOG.info("removing pod sandbox {}, which no record speaks of", id);
        orphan.backend().sandboxes().remove(id);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
