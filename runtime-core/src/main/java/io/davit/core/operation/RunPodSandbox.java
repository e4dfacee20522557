package io.davit.core.operation;

import io.davit.core.domain.Fault;
import io.davit.core.domain.NetworkAttachment;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxName;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.machine.SandboxEvent;
import io.davit.core.machine.SandboxPhase;
import io.davit.core.machine.SandboxState;
import io.davit.core.node.Backends;
import io.davit.core.node.Node;
import io.davit.core.node.OperationLocks;
import io.davit.core.spi.Backend;
import io.davit.core.spi.SandboxNetwork;
import io.davit.core.spi.SandboxUp;
import io.davit.core.store.SandboxRecord;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a sandbox with its network, or leaves nothing. */
public final class RunPodSandbox {
    private static final Logger LOG = LoggerFactory.getLogger(RunPodSandbox.class);

    private final Node node;
    private final RemovePodSandbox removal;
    private final ReleaseNetwork releaseNetwork;
    private final InFlight<SandboxName, SandboxId> inFlight;

    public RunPodSandbox(Node node, RemovePodSandbox removal, ReleaseNetwork releaseNetwork) {
        this.node = node;
        this.removal = removal;
        this.releaseNetwork = releaseNetwork;
        this.inFlight = new InFlight<>("RunPodSandbox", InFlight.WhenAbandoned.FINISH, this::isReady, node.clock());
    }

    /**
     * The id of the sandbox that {@code spec} describes: a new one, or the one that an earlier call for the same name
     * made or is making for a client that has left.
     *
     * @throws Fault of kind Conflict if a sandbox of that name exists
     */
    public SandboxId run(SandboxSpec spec, Caller caller) {
        return inFlight.call(spec.name(), caller, stage -> make(spec, stage, (_, _) -> {}));
    }

    /** What else must be there before a sandbox is ready. */
    @FunctionalInterface
    interface Content {
        /** @param sandbox which this thread owns */
        void make(SandboxRecord sandbox, Undo undo);
    }

    private boolean isReady(SandboxId id) {
        return node.store()
                .find(id)
                .filter(record -> record.state().phase() == SandboxPhase.READY)
                .isPresent();
    }

    /** The sandbox with its content, or nothing. */
    SandboxId make(SandboxSpec spec, InFlight.Stage stage, Content content) {
        Backends.Named chosen = node.backends().forHandler(spec.handler());
        stage.enter("removing what is left of an earlier sandbox of that name");
        clearRemnant(spec.name());
        SandboxId id = spec.id();
        try (OperationLocks.Held _ = node.sandboxLocks().own(id);
                Undo undo = new Undo((step, why) -> keepLeftover(id, step, why))) {
            node.store().sandboxNames().reserve(spec.name(), id);
            undo.push("name", () -> node.store().sandboxNames().release(spec.name(), id));
            SandboxState state = SandboxState.starting(node.clock().instant());
            node.store().insert(SandboxRecord.starting(spec, chosen.name(), state));
            undo.push("record", () -> node.store().apply(id, SandboxEvent.REMOVED));
            start(node.backends().forBackend(chosen.name(), spec), chosen.backend(), stage, undo);
            content.make(node.store().get(id), undo);
            node.store().apply(id, SandboxEvent.UP);
            undo.keep();
        }
        LOG.info("pod sandbox {} runs: {} on {}", id, spec.name(), chosen.name());
        return id;
    }

    private void start(SandboxSpec spec, Backend backend, InFlight.Stage stage, Undo undo) {
        stage.enter("making namespaces and files");
        undo.push("sandbox", () -> backend.sandboxes().remove(spec.id()));
        SandboxUp up = backend.sandboxes().start(spec);
        switch (up.network()) {
            case SandboxNetwork.Host _ -> {}
            case SandboxNetwork.Attached(var addresses) ->
                node.store().noteLightly(spec.id(), record -> record.attachedByEngine(addresses));
            case SandboxNetwork.Unattached(Path netns) -> {
                stage.enter("attaching the pod network");
                attach(spec, netns, undo);
            }
        }
    }

    private void attach(SandboxSpec spec, Path netns, Undo undo) {
        node.store().noteLightly(spec.id(), record -> record.attaching(netns));
        undo.push("network", () -> releaseNetwork.run(spec.id()));
        NetworkAttachment attachment = node.networks().attach(spec, netns);
        node.store().note(spec.id(), record -> record.attached(attachment));
    }

    /** A removal that did not come to its end must not keep its name from the kubelet's next try. */
    private void clearRemnant(SandboxName name) {
        node.store()
                .sandboxNames()
                .holder(name)
                .flatMap(node.store()::find)
                .filter(record -> record.state().phase() == SandboxPhase.REMOVING)
                .ifPresent(record -> removal.run(record.id()));
    }

    private void keepLeftover(SandboxId id, String step, RuntimeException why) {
        LOG.warn("pod sandbox {} could not be rolled back at '{}'; it is kept and tried again", id, step, why);
        node.store().apply(id, SandboxEvent.REMOVE_REQ);
    }
}
