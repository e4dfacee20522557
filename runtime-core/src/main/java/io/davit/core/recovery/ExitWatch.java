package io.davit.core.recovery;

import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.machine.SandboxEvent;
import io.davit.core.machine.SandboxPhase;
import io.davit.core.node.Backends;
import io.davit.core.node.Node;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Sighting;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what one backend reports into events, for as long as the daemon lives; calls again when the source is lost. */
public final class ExitWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExitWatch.class);
    private static final Duration RETRY_FIRST = Duration.ofMillis(250);
    private static final Duration RETRY_MAX = Duration.ofSeconds(30);

    private final Node node;
    private final Backends.Named backend;
    private final Thread thread;

    private ExitWatch(Node node, Backends.Named backend) {
        this.node = node;
        this.backend = backend;
        this.thread = Thread.ofVirtual().name("exit-watch-" + backend.name()).unstarted(this::run);
    }

    public static ExitWatch start(Node node, Backends.Named backend) {
        ExitWatch watch = new ExitWatch(node, backend);
        watch.thread.start();
        return watch;
    }

    private void run() {
        Duration pause = RETRY_FIRST;
        try {
            while (true) {
                Instant begun = node.clock().instant();
                String loss = watch();
                if (Duration.between(begun, node.clock().instant()).compareTo(RETRY_MAX) > 0) pause = RETRY_FIRST;
                LOG.warn("{} reports no events: {}; again in {}", backend.name(), loss, pause);
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(RETRY_MAX) < 0 ? pause.multipliedBy(2) : RETRY_MAX;
            }
        } catch (InterruptedException _) {
            // close() asked for it
        } catch (RuntimeException bug) {
            LOG.error("the watch of {} met a bug and ends; exits are found by looking only", backend.name(), bug);
        }
    }

    /** Watches until the source is lost, and says why. What happened before is seen by looking first. */
    private String watch() throws InterruptedException {
        Observer observer = backend.backend().observer();
        try {
            observer.sightings().forEach(this::apply);
            observer.watch(this::apply);
            return "its watch has ended by itself";
        } catch (Fault fault) {
            if (Thread.interrupted()) throw new InterruptedException();
            return fault.kind().text();
        }
    }

    private void apply(Sighting sighting) {
        switch (sighting) {
            case Sighting.OfContainer seen -> applyContainer(seen);
            case Sighting.DeadSandbox(SandboxId id, var _) -> applyDeath(id);
            case Sighting.LiveSandbox _ -> {}
        }
    }

    private void applyDeath(SandboxId id) {
        node.store()
                .find(id)
                .filter(record -> record.state().phase() == SandboxPhase.READY)
                .ifPresent(_ -> node.store().apply(id, SandboxEvent.DIED));
    }

    /** Only the end of a container comes from here; how it begins is the operations' to say. */
    private void applyContainer(Sighting.OfContainer seen) {
        if (!(seen instanceof Sighting.ExitedContainer)) return;
        try {
            node.store()
                    .find(seen.id())
                    .filter(record -> record.state().phase() != ContainerPhase.CREATING)
                    .flatMap(record ->
                            Judgement.of(record, Optional.of(seen), node.clock().instant()))
                    .ifPresent(event -> node.store().apply(seen.id(), event));
        } catch (Fault fault) {
            // Removed between the look and the write: its exit is nobody's news any more.
            if (!(fault.kind() instanceof Fault.Kind.Absent)) throw fault;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
