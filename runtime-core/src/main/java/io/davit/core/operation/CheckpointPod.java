package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerName;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.node.Node;
import io.davit.core.node.OperationLocks;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.store.ContainerRecord;
import io.davit.core.store.PodCheckpoint;
import io.davit.core.store.SandboxRecord;
import io.davit.core.store.UnfinishedCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes running containers of one sandbox to a directory, all at the same instant; they run on. The directory is a
 * checkpoint whole, or empty; after a kill of the daemon it is so when the next one serves.
 */
public final class CheckpointPod {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointPod.class);

    /** Kept back from the client's time, so that all run on before it is over: a fifth of it, but not more than this. */
    private static final Duration RESERVE_MAX = Duration.ofSeconds(5);

    private static final int RESERVE_PART = 5;

    private final Node node;
    private final CheckpointContainer single;
    private final InFlight<Request, Request> inFlight;

    /** @param single which never works on the same container at the same time */
    public CheckpointPod(Node node, CheckpointContainer single) {
        this.node = node;
        this.single = single;
        this.inFlight = new InFlight<>("CheckpointPod", InFlight.WhenAbandoned.INTERRUPT, _ -> false, node.clock());
    }

    /**
     * What is written, and where.
     *
     * @param output an empty directory
     * @param containers of that sandbox, at least one, none twice
     */
    public record Request(SandboxId sandbox, Path output, List<ContainerId> containers) {
        public Request {
            containers = List.copyOf(containers);
        }
    }

    /**
     * Returns when it is written. A client that leaves stops the work.
     *
     * @throws Fault InvalidRequest for a container of another sandbox, or an output that is not empty; Refused unless all
     *     of it runs, or with the reason why this node cannot; Conflict if another checkpoint of a container is under way
     */
    public void run(Request request, Caller caller) {
        requireDeadline(caller);
        inFlight.call(request, caller, stage -> {
            stage.enter("writing the containers");
            write(request, caller);
            return request;
        });
        LOG.info("pod sandbox {} was written to {}", request.sandbox(), request.output());
    }

    /** Without one, nobody could say when a pod has stood still for too long (cri-api, CheckpointPod). */
    static Duration requireDeadline(Caller caller) {
        return caller.remaining()
                .orElseThrow(() -> Fault.invalid("deadline", "missing; set one on the call, it bounds the whole work"));
    }

    private void write(Request request, Caller caller) {
        try (CheckpointContainer.Claim _ = single.claim(request.containers());
                OperationLocks.Held _ = node.sandboxLocks().share(request.sandbox());
                OperationLocks.Held _ = share(request.containers())) {
            SandboxRecord sandbox = node.store().get(request.sandbox());
            CreateContainer.requireReady(sandbox);
            List<ContainerRecord> containers =
                    request.containers().stream().map(node.store()::get).toList();
            containers.forEach(container -> requirePart(sandbox, container));
            requireDifferentNames(containers);
            requireEmpty(request.output());
            UnfinishedCheckpoint unfinished = new UnfinishedCheckpoint(request.output(), request.containers());
            node.store().begin(unfinished);
            try {
                write(sandbox, containers, request.output(), caller);
            } catch (RuntimeException e) {
                clear(request.output());
                throw e;
            } finally {
                node.store().ended(unfinished);
            }
        }
    }

    // Shared, as for a single one: a stop need not wait. Who owns a container waits for no other one meanwhile.
    private OperationLocks.Held share(List<ContainerId> ids) {
        List<OperationLocks.Held> held =
                ids.stream().map(node.containerLocks()::share).toList();
        return () -> held.forEach(OperationLocks.Held::close);
    }

    private static void requirePart(SandboxRecord sandbox, ContainerRecord container) {
        if (!container.sandbox().equals(sandbox.id())) {
            throw Fault.invalid("container_ids", container.id() + " is in another sandbox, " + container.sandbox());
        }
        ReopenContainerLog.requireRunning(container);
    }

    /** By its name a container is found again when the pod is restored. */
    private static void requireDifferentNames(List<ContainerRecord> containers) {
        Set<String> names = new HashSet<>();
        containers.stream()
                .map(container -> container.spec().name())
                .map(ContainerName::name)
                .filter(name -> !names.add(name))
                .forEach(name -> {
                    throw Fault.invalid("container_ids", "two of them are called '" + name + "'");
                });
    }

    private void write(SandboxRecord sandbox, List<ContainerRecord> containers, Path output, Caller caller) {
        SandboxSpec pod = node.backends().forBackend(sandbox.backend(), sandbox.spec());
        List<CheckpointRequest.Subject> subjects = containers.stream()
                .map(record -> new CheckpointRequest.Subject(
                        record.spec(), record.state().createdAt(), PodCheckpoint.archive(output, record.spec())))
                .toList();
        Duration left = requireDeadline(caller);
        Duration part = left.dividedBy(RESERVE_PART);
        Duration limit = left.minus(part.compareTo(RESERVE_MAX) < 0 ? part : RESERVE_MAX);
        if (!limit.isPositive()) throw new Fault(new Fault.Kind.TimedOut("waiting for other calls of the pod", left));
        node.backendOf(sandbox).containers().checkpoint(new CheckpointRequest(pod, subjects, limit));
        new PodCheckpoint(
                        sandbox.backend(),
                        pod.handler(),
                        pod,
                        node.clock().instant(),
                        containers.stream().map(ContainerRecord::spec).toList())
                .write(output);
    }

    private static void requireEmpty(Path output) {
        try (Stream<Path> entries = Files.list(output)) {
            entries.findAny().ifPresent(entry -> {
                throw Fault.invalid("output_path", "not empty: it has " + entry.getFileName());
            });
        } catch (IOException e) {
            throw Fault.failed("look into " + output, e);
        }
    }

    /** The directory itself is the client's. */
    private static void clear(Path output) {
        try (Stream<Path> entries = Files.list(output)) {
            for (Path entry : entries.toList()) Files.delete(entry);
        } catch (IOException e) {
            LOG.warn("half a checkpoint stays in {}; delete it: {}", output, Fault.reason(e));
        }
    }
}
