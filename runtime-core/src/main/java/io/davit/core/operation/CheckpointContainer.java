package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.node.Node;
import io.davit.core.node.OperationLocks;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.store.ContainerRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a running container to an archive, which is there whole or not at all; the container runs on. */
public final class CheckpointContainer {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointContainer.class);

    private final Node node;
    private final Set<ContainerId> underWay = ConcurrentHashMap.newKeySet();

    public CheckpointContainer(Node node) {
        this.node = node;
    }

    /**
     * @param location of the archive, absolute, in a directory that exists
     * @throws Fault Absent; Refused unless it runs, or with the reason why this node cannot; Conflict if another
     *     checkpoint of it is under way
     */
    public void run(ContainerId id, Path location, Duration limit) {
        ReopenContainerLog.requireRunning(node.store().get(id));
        // Shared: a stop need not wait for it, a removal does.
        try (Claim _ = claim(List.of(id));
                OperationLocks.Held _ = node.containerLocks().share(id)) {
            ContainerRecord record = node.store().get(id);
            ReopenContainerLog.requireRunning(record);
            write(record, location, limit);
        }
        LOG.info("container {} was written to {}", id, location);
    }

    /** Keeps other checkpoints away until it is closed: each would let run what another holds. */
    interface Claim extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws Fault of kind Conflict if a checkpoint of one of them is under way */
    Claim claim(List<ContainerId> ids) {
        List<ContainerId> mine = ids.stream().filter(underWay::add).toList();
        Claim claim = () -> mine.forEach(underWay::remove);
        if (mine.size() == ids.size()) return claim;
        claim.close();
        ContainerId taken =
                ids.stream().filter(id -> !mine.contains(id)).findFirst().orElseThrow();
        throw new Fault(new Fault.Kind.Conflict("a checkpoint of container " + taken, "another"));
    }

    private void write(ContainerRecord record, Path location, Duration limit) {
        // Beside its place, so that the rename stays on one filesystem.
        Path partial = location.resolveSibling("." + location.getFileName() + "." + record.id() + ".partial");
        try {
            Files.deleteIfExists(partial);
            node.backendOf(record)
                    .containers()
                    .checkpoint(new CheckpointRequest(
                            node.store().get(record.sandbox()).spec(),
                            List.of(new CheckpointRequest.Subject(
                                    record.spec(), record.state().createdAt(), partial)),
                            limit));
            Files.move(partial, location, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw Fault.failed("write the checkpoint " + location, e);
        } finally {
            forget(partial);
        }
    }

    private static void forget(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            LOG.warn("half a checkpoint stays at {}; delete it: {}", partial, Fault.reason(e));
        }
    }
}
