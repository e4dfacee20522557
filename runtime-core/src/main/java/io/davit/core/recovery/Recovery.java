package io.davit.core.recovery;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.machine.ContainerEvent;
import io.davit.core.machine.SandboxEvent;
import io.davit.core.node.Backends;
import io.davit.core.node.Node;
import io.davit.core.spi.Backend;
import io.davit.core.spi.Sighting;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.SandboxRecord;
import io.davit.core.store.UnfinishedCheckpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares, before the first client is served, every record with what the backends see. It only corrects records and
 * finds orphans; removals are left to the {@link Reconciler}, so that the socket opens soon.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Node node;

    public Recovery(Node node) {
        this.node = node;
    }

    /** Things of a backend that no record speaks of: what a crash left between two writes. */
    public record Orphan(Backend backend, Optional<ContainerId> container, Optional<SandboxId> sandbox) {}

    /**
     * @param rebooted the node has booted since the records were written: no process of then can be alive
     * @return what is to be removed, containers first
     */
    public List<Orphan> run(boolean rebooted) {
        node.store().damaged().forEach(fault -> LOG.error("{}; it was set aside", fault.getMessage()));
        List<Orphan> orphans = new ArrayList<>();
        for (Backends.Named named : node.backends().all()) {
            orphans.addAll(recover(named, rebooted));
        }
        // After the backends are open, which end what still writes for an earlier daemon.
        node.store().unfinishedCheckpoints().forEach(this::discard);
        warnOfMissingBackends();
        return orphans;
    }

    private void discard(UnfinishedCheckpoint checkpoint) {
        try {
            if (checkpoint.discard()) LOG.info("half a checkpoint was deleted from {}", checkpoint.output());
        } catch (Fault fault) {
            LOG.warn("half a checkpoint stays in {}; delete it: {}", checkpoint.output(), Fault.reason(fault));
        }
        node.store().ended(checkpoint);
    }

    private List<Orphan> recover(Backends.Named named, boolean rebooted) {
        Map<ContainerId, Sighting.OfContainer> containers = new HashMap<>();
        Set<SandboxId> live = new HashSet<>();
        Set<SandboxId> dead = new HashSet<>();
        for (Sighting sighting : named.backend().observer().sightings()) {
            switch (sighting) {
                case Sighting.OfContainer seen -> containers.put(seen.id(), seen);
                case Sighting.LiveSandbox(SandboxId id) -> live.add(id);
                case Sighting.DeadSandbox(SandboxId id, var _) -> dead.add(id);
            }
        }
        containersOf(named.name()).forEach(record -> recover(record, containers, rebooted));
        sandboxesOf(named.name()).forEach(record -> recover(record, live, rebooted));
        List<Orphan> orphans = new ArrayList<>();
        containers.keySet().stream()
                .filter(id -> node.store().find(id).isEmpty())
                .forEach(id -> orphans.add(new Orphan(named.backend(), Optional.of(id), Optional.empty())));
        live.addAll(dead);
        live.stream()
                .filter(id -> node.store().find(id).isEmpty())
                .forEach(id -> orphans.add(new Orphan(named.backend(), Optional.empty(), Optional.of(id))));
        return orphans;
    }

    private void recover(ContainerRecord record, Map<ContainerId, Sighting.OfContainer> seen, boolean rebooted) {
        Optional<Sighting.OfContainer> sighting = Optional.ofNullable(seen.get(record.id()));
        boolean impossible = rebooted && sighting.stream().noneMatch(Sighting.ExitedContainer.class::isInstance);
        Optional<ContainerEvent> event = Judgement.of(
                record, impossible ? Optional.empty() : sighting, node.clock().instant());
        event.ifPresent(happened -> {
            LOG.info(
                    "container {} was {}; found at start: {}",
                    record.id(),
                    record.state().phase(),
                    happened);
            node.store().apply(record.id(), happened);
        });
    }

    private void recover(SandboxRecord record, Set<SandboxId> live, boolean rebooted) {
        SandboxId id = record.id();
        switch (record.state().phase()) {
            // No client was told of it: it is rolled back.
            case STARTING -> node.store().apply(id, SandboxEvent.REMOVE_REQ);
            case READY -> {
                if (!rebooted && live.contains(id)) return;
                LOG.info("pod sandbox {} was READY; at start it is gone", id);
                node.store().apply(id, SandboxEvent.DIED);
            }
            case STOPPING, NOT_READY, REMOVING -> {}
        }
    }

    private List<ContainerRecord> containersOf(String backend) {
        return node.store().allContainers().stream()
                .filter(record -> record.backend().equals(backend))
                .toList();
    }

    private List<SandboxRecord> sandboxesOf(String backend) {
        return node.store().allSandboxes().stream()
                .filter(record -> record.backend().equals(backend))
                .toList();
    }

    private void warnOfMissingBackends() {
        node.store().allSandboxes().stream()
                .map(SandboxRecord::backend)
                .distinct()
                .filter(name -> !node.backends().has(name))
                .map(name -> new Fault(new Fault.Kind.Refused("backend '" + name + "'", "not configured any more")))
                .forEach(fault -> LOG.error("{}; its sandboxes are listed but cannot be changed", fault.getMessage()));
    }
}
