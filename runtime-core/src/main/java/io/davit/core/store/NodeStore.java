package io.davit.core.store;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerName;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxName;
import io.davit.core.machine.ContainerEvent;
import io.davit.core.machine.ContainerMachine;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.machine.SandboxEvent;
import io.davit.core.machine.SandboxMachine;
import io.davit.core.machine.SandboxPhase;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Every sandbox and container of the node, their names and their events. Thread-safe. */
public final class NodeStore {
    private final RecordStore<SandboxId, SandboxRecord> sandboxes;
    private final RecordStore<ContainerId, ContainerRecord> containers;
    private final RecordStore<SandboxId, HeldNetwork> networks;
    private final RecordStore<ContainerId, UnfinishedCheckpoint> checkpoints;
    private final NameIndex<SandboxName, SandboxId> sandboxNames = new NameIndex<>();
    private final NameIndex<ContainerName, ContainerId> containerNames = new NameIndex<>();
    private final EventLog events = new EventLog();
    private final Clock clock;

    /**
     * Reads what an earlier daemon left below {@code directory}.
     *
     * @throws Fault of kind Refused if a record is of a newer version of davit
     */
    public NodeStore(Path directory, Clock clock) {
        this.clock = clock;
        this.sandboxes = new RecordStore<>(
                RecordStore.directory(directory.resolve("sandboxes"), SandboxRecord.class),
                SandboxRecord::id,
                Fault::absent,
                this::sandboxChanged);
        this.containers = new RecordStore<>(
                RecordStore.directory(directory.resolve("containers"), ContainerRecord.class),
                ContainerRecord::id,
                Fault::absent,
                this::containerChanged);
        this.networks = new RecordStore<>(
                RecordStore.directory(directory.resolve("networks"), HeldNetwork.class),
                HeldNetwork::id,
                Fault::absent,
                _ -> {});
        this.checkpoints = new RecordStore<>(
                RecordStore.directory(directory.resolve("checkpoints"), UnfinishedCheckpoint.class),
                UnfinishedCheckpoint::id,
                Fault::absent,
                _ -> {});
        sandboxes.all().forEach(record -> sandboxNames.reserve(record.spec().name(), record.id()));
        containers.all().forEach(record -> containerNames.reserve(record.spec().name(), record.id()));
    }

    public EventLog events() {
        return events;
    }

    public NameIndex<SandboxName, SandboxId> sandboxNames() {
        return sandboxNames;
    }

    public NameIndex<ContainerName, ContainerId> containerNames() {
        return containerNames;
    }

    /** Records that could not be read; they were set aside beside the others. */
    public List<Fault> damaged() {
        return Stream.of(sandboxes.damaged(), containers.damaged(), networks.damaged(), checkpoints.damaged())
                .flatMap(List::stream)
                .toList();
    }

    // Sandboxes

    /** Also one that is not listed. */
    public Optional<SandboxRecord> find(SandboxId id) {
        return sandboxes.find(id);
    }

    /** @throws Fault of kind Absent */
    public SandboxRecord get(SandboxId id) {
        return sandboxes.get(id);
    }

    /** All that a client may know of: not those that are being made or rolled back. */
    public List<SandboxRecord> listedSandboxes() {
        return sandboxes.all().stream().filter(NodeStore::isListed).toList();
    }

    public List<SandboxRecord> allSandboxes() {
        return sandboxes.all();
    }

    /** The listed sandbox whose id begins with {@code prefix}; a whole id is found at once. */
    public Optional<SandboxRecord> resolveSandbox(String prefix) {
        return Ids.unique(
                        "pod_sandbox_id",
                        prefix,
                        listedSandboxes().stream().map(SandboxRecord::id).toList())
                .flatMap(sandboxes::find);
    }

    public void insert(SandboxRecord record) {
        sandboxes.insert(record);
    }

    /** Moves a sandbox; forgets its name with its record. */
    public void apply(SandboxId id, SandboxEvent event) {
        Durability durability = event == SandboxEvent.REMOVE_REQ ? Durability.OF_THE_NODE : Durability.OF_THE_DAEMON;
        RecordStore.Change<SandboxRecord> change = sandboxes.update(
                id,
                durability,
                record -> SandboxMachine.step(record.state(), event).map(record::in));
        if (change.after().isEmpty()) {
            change.before()
                    .ifPresent(record -> sandboxNames.release(record.spec().name(), id));
        }
    }

    /** Notes facts beside the state, such as a CNI result; survives loss of power. */
    public SandboxRecord note(SandboxId id, UnaryOperator<SandboxRecord> facts) {
        return sandboxes
                .update(id, Durability.OF_THE_NODE, record -> Optional.of(facts.apply(record)))
                .after()
                .orElseThrow(() -> Fault.absent(id));
    }

    /** Notes facts beside the state that only a kill of the daemon must not lose. */
    public void noteLightly(SandboxId id, UnaryOperator<SandboxRecord> facts) {
        sandboxes.update(id, Durability.OF_THE_DAEMON, record -> Optional.of(facts.apply(record)));
    }

    // Networks of sandboxes that have come to their end

    /** Survives loss of power before the sandbox forgets it. */
    public void hold(HeldNetwork network) {
        networks.insert(network);
    }

    /** It was tried again, in vain. */
    public void stillHeld(HeldNetwork network) {
        networks.update(network.id(), Durability.OF_THE_DAEMON, _ -> Optional.of(network));
    }

    public void released(SandboxId id) {
        networks.update(id, Durability.OF_THE_NODE, _ -> Optional.empty());
    }

    public List<HeldNetwork> heldNetworks() {
        return networks.all();
    }

    // Checkpoints of pods that are being written

    /** Survives loss of power before anything of it is there. */
    public void begin(UnfinishedCheckpoint checkpoint) {
        checkpoints.insert(checkpoint);
    }

    /** It is whole, or nothing of it is there. */
    public void ended(UnfinishedCheckpoint checkpoint) {
        checkpoints.update(checkpoint.id(), Durability.OF_THE_NODE, _ -> Optional.empty());
    }

    public List<UnfinishedCheckpoint> unfinishedCheckpoints() {
        return checkpoints.all();
    }

    // Containers

    public Optional<ContainerRecord> find(ContainerId id) {
        return containers.find(id);
    }

    /** @throws Fault of kind Absent */
    public ContainerRecord get(ContainerId id) {
        return containers.get(id);
    }

    public List<ContainerRecord> listedContainers() {
        return containers.all().stream().filter(NodeStore::isListed).toList();
    }

    public List<ContainerRecord> allContainers() {
        return containers.all();
    }

    public List<ContainerRecord> containersOf(SandboxId sandbox) {
        return containers.all().stream()
                .filter(record -> record.sandbox().equals(sandbox))
                .toList();
    }

    public Optional<ContainerRecord> resolveContainer(String prefix) {
        return Ids.unique(
                        "container_id",
                        prefix,
                        listedContainers().stream().map(ContainerRecord::id).toList())
                .flatMap(containers::find);
    }

    public void insert(ContainerRecord record) {
        containers.insert(record);
    }

    /** Moves a container; forgets its name with its record. */
    public void apply(ContainerId id, ContainerEvent event) {
        boolean removal = event instanceof ContainerEvent.RemoveRequested;
        Durability durability = removal ? Durability.OF_THE_NODE : Durability.OF_THE_DAEMON;
        RecordStore.Change<ContainerRecord> change = containers.update(
                id,
                durability,
                record -> ContainerMachine.step(record.state(), event).map(record::in));
        if (change.after().isEmpty()) {
            change.before()
                    .ifPresent(record -> containerNames.release(record.spec().name(), id));
        }
    }

    /** Notes facts beside the state. */
    public void noteLightly(ContainerId id, UnaryOperator<ContainerRecord> facts) {
        containers.update(id, Durability.OF_THE_DAEMON, record -> Optional.of(facts.apply(record)));
    }

    // Events

    private static boolean isListed(SandboxRecord record) {
        return record.state().phase() != SandboxPhase.STARTING;
    }

    private static boolean isListed(ContainerRecord record) {
        return record.state().phase() != ContainerPhase.CREATING;
    }

    // One after the other: of two things that happen at once the one that is told last must tell of both. The kubelet
    // keeps what came last, and would not hear of the other again for minutes.
    private void sandboxChanged(RecordStore.Change<SandboxRecord> change) {
        SandboxRecord subject = change.after().or(change::before).orElseThrow();
        synchronized (events) {
            EventTypes.ofSandbox(
                            change.before().map(record -> record.state().phase()),
                            change.after().map(record -> record.state().phase()))
                    .forEach(type -> publish(type, subject.id().value(), subject));
        }
    }

    private void containerChanged(RecordStore.Change<ContainerRecord> change) {
        ContainerRecord subject = change.after().or(change::before).orElseThrow();
        synchronized (events) {
            Optional<SandboxRecord> sandbox = sandboxes.find(subject.sandbox());
            if (sandbox.isEmpty()) return;
            EventTypes.ofContainer(
                            change.before().map(ContainerRecord::state),
                            change.after().map(ContainerRecord::state))
                    .forEach(type -> publish(type, subject.id().value(), sandbox.get()));
        }
    }

    private void publish(NodeEvent.Type type, String subject, SandboxRecord sandbox) {
        if (!events.hasSubscribers()) return;
        List<ContainerRecord> pod =
                containersOf(sandbox.id()).stream().filter(NodeStore::isListed).toList();
        events.publish(new NodeEvent(type, subject, clock.instant(), sandbox, pod));
    }
}
