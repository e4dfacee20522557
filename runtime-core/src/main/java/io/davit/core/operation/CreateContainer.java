package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerName;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.machine.ContainerEvent;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.machine.ContainerState;
import io.davit.core.machine.SandboxPhase;
import io.davit.core.node.ImageLookup;
import io.davit.core.node.Node;
import io.davit.core.node.OperationLocks;
import io.davit.core.spi.Backend;
import io.davit.core.spi.Created;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.SandboxRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a container without running its process, or leaves nothing. */
public final class CreateContainer {
    private static final Logger LOG = LoggerFactory.getLogger(CreateContainer.class);

    private final Node node;
    private final RemoveContainer removal;
    private final RandomGenerator random;
    private final InFlight<ContainerName, ContainerId> inFlight;

    public CreateContainer(Node node, RemoveContainer removal, RandomGenerator random) {
        this.node = node;
        this.removal = removal;
        this.random = random;
        this.inFlight = new InFlight<>("CreateContainer", InFlight.WhenAbandoned.FINISH, this::isCreated, node.clock());
    }

    /**
     * The id of the container: a new one, or the one that an earlier call for the same name made or is making for a
     * client that has left.
     *
     * @throws Fault Absent for an unknown sandbox or image, Refused if the sandbox is not ready, Conflict if a
     *     container of that name exists
     */
    public ContainerId run(SandboxId sandbox, ContainerRequest request, Caller caller) {
        ContainerName name = new ContainerName(sandbox, request.name(), request.attempt());
        return inFlight.call(name, caller, stage -> make(sandbox, request, stage));
    }

    private boolean isCreated(ContainerId id) {
        return node.store()
                .find(id)
                .filter(record -> record.state().phase() == ContainerPhase.CREATED)
                .isPresent();
    }

    private ContainerId make(SandboxId sandboxId, ContainerRequest request, InFlight.Stage stage) {
        try (OperationLocks.Held _ = node.sandboxLocks().share(sandboxId)) {
            SandboxRecord sandbox = node.store().get(sandboxId);
            requireReady(sandbox);
            Backend backend = node.backendOf(sandbox);
            List<Image> images = backend.images().list();
            ImageLookup names = node.names();
            Image image = names.resolve(images, request.image().image()).orElseThrow(() -> noImage(request));
            ContainerId id = ContainerId.random(random);
            ContainerSpec spec =
                    ContainerAssembly.assemble(id, request, sandbox.spec(), image, name -> names.resolve(images, name));
            stage.enter("removing what is left of an earlier container of that name");
            clearRemnant(spec.name());
            stage.enter("making its root file system and process");
            create(sandbox, spec, backend, pod -> backend.containers().create(pod, spec));
            LOG.info(
                    "container {} created: {} from {}",
                    id,
                    spec.name(),
                    request.image().image());
            return id;
        }
    }

    /** For a sandbox that is owned and not ready yet: a container whose process {@code archive} holds. */
    void restore(SandboxRecord sandbox, ContainerSpec spec, Path archive) {
        Backend backend = node.backendOf(sandbox);
        create(sandbox, spec, backend, pod -> backend.containers().restore(pod, spec, archive));
        LOG.info("container {} created: {} from {}", spec.id(), spec.name(), archive);
    }

    /** Takes {@link #restore} back. */
    void discard(ContainerId id) {
        removal.runOwned(id);
    }

    static void requireReady(SandboxRecord sandbox) {
        SandboxPhase phase = sandbox.state().phase();
        if (phase != SandboxPhase.READY) {
            throw new Fault(new Fault.Kind.Refused("pod sandbox " + sandbox.id(), "it is " + phase + ", not READY"));
        }
    }

    static Fault noImage(ContainerRequest request) {
        return new Fault(new Fault.Kind.Absent("image '" + request.image().image() + "'", "pull it first"));
    }

    private void create(
            SandboxRecord sandbox, ContainerSpec spec, Backend backend, Function<SandboxSpec, Created> making) {
        ContainerId id = spec.id();
        try (OperationLocks.Held _ = node.containerLocks().own(id);
                Undo undo = new Undo((step, why) -> keepLeftover(id, step, why))) {
            node.store().containerNames().reserve(spec.name(), id);
            undo.push("name", () -> node.store().containerNames().release(spec.name(), id));
            ContainerState state = new ContainerState.Creating(node.clock().instant());
            node.store().insert(ContainerRecord.creating(spec, sandbox.backend(), state));
            undo.push("record", () -> node.store().apply(id, new ContainerEvent.RemovalSeen()));
            undo.push("container", () -> backend.containers().remove(id));
            SandboxSpec pod = node.backends().forBackend(sandbox.backend(), sandbox.spec());
            Created created = making.apply(pod);
            node.store().noteLightly(id, record -> record.as(created.user()));
            node.store().apply(id, new ContainerEvent.CreateSeen());
            undo.keep();
        }
    }

    private void clearRemnant(ContainerName name) {
        node.store()
                .containerNames()
                .holder(name)
                .flatMap(node.store()::find)
                .filter(record -> record.state().phase() == ContainerPhase.REMOVING)
                .ifPresent(record -> removal.runOwned(record.id()));
    }

    private void keepLeftover(ContainerId id, String step, RuntimeException why) {
        LOG.warn("container {} could not be rolled back at '{}'; it is kept and tried again", id, step, why);
        node.store().apply(id, new ContainerEvent.RemoveRequested());
    }
}
