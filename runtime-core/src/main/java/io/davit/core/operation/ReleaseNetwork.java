package io.davit.core.operation;

import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.node.Node;
import io.davit.core.store.HeldNetwork;
import io.davit.core.store.SandboxRecord;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes pods' networks down. A network that cannot be taken down now holds up no pod's end: what is needed to take it
 * down later is kept, durably, and the reconciler goes on. The address stays in use until then.
 */
public final class ReleaseNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseNetwork.class);

    private final Node node;

    public ReleaseNetwork(Node node) {
        this.node = node;
    }

    /** Afterwards the record holds no network; the sandbox's lock is owned. */
    void run(SandboxId id) {
        SandboxRecord record = node.store().get(id);
        if (!record.holdsNetwork()) return;
        try {
            node.networks().detach(record.spec(), record.netns(), record.network());
        } catch (Fault fault) {
            keep(record, fault);
        }
        node.store().noteLightly(id, SandboxRecord::detached);
    }

    private void keep(SandboxRecord record, Fault fault) {
        String why = fault.kind().text();
        LOG.warn(
                "the network of pod sandbox {} ({}) could not be taken down; its addresses {} stay in use, and it is"
                        + " tried again until they are free: {}",
                record.id(),
                record.spec().name(),
                record.addresses(),
                why);
        node.store()
                .hold(new HeldNetwork(
                        record.spec(),
                        record.netns(),
                        record.network(),
                        node.clock().instant(),
                        why));
    }

    /** @throws Fault if it failed again; it is still held then */
    public void retry(HeldNetwork held) {
        try {
            node.networks().detach(held.spec(), held.netns(), held.network());
        } catch (Fault fault) {
            node.store().stillHeld(held.because(fault.kind().text()));
            throw fault;
        }
        node.store().released(held.id());
        LOG.info(
                "the network of pod sandbox {} ({}) is taken down at last",
                held.id(),
                held.spec().name());
    }

    /** Lets the network release what no sandbox of ours has: what is left of records that were lost. */
    public void collect() {
        node.networks().collect(this::holders);
    }

    private List<SandboxId> holders() {
        Stream<SandboxId> sandboxes = node.store().allSandboxes().stream()
                .filter(SandboxRecord::holdsNetwork)
                .map(SandboxRecord::id);
        Stream<SandboxId> held = node.store().heldNetworks().stream().map(HeldNetwork::id);
        return Stream.concat(sandboxes, held).distinct().toList();
    }
}
