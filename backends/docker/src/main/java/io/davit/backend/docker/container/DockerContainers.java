package io.davit.backend.docker.container;

import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotModifiedException;
import io.davit.backend.docker.engine.ContainerState;
import io.davit.backend.docker.engine.Daemon;
import io.davit.backend.docker.engine.DaemonInfo;
import io.davit.backend.docker.engine.HostFiles;
import io.davit.backend.docker.engine.Names;
import io.davit.backend.docker.engine.Refusal;
import io.davit.backend.docker.engine.Removal;
import io.davit.backend.docker.log.ContainerLogs;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.Resources;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.spi.CheckpointRequest;
import io.davit.core.spi.Containers;
import io.davit.core.spi.Created;
import io.davit.core.spi.Removed;
import io.davit.core.spi.Started;
import io.davit.core.spi.Stopped;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Containers of Docker. */
public final class DockerContainers implements Containers {
    private static final Duration LOOK_FIRST = Duration.ofMillis(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Daemon daemon;
    private final CreateRequest requests;
    private final ContainerSightings sightings;
    private final ContainerLogs logs;
    private final Path signalled;
    private final Clock clock;
    private final Removal removal;
    private final AfterRemoval afterRemoval;
    private final Stops stops = new Stops();

    /** Hears that a container is gone. */
    @FunctionalInterface
    public interface AfterRemoval {
        void removed(ContainerId id);
    }

    /**
     * What they are made of.
     *
     * @param recursivelyReadOnly handlers that can mount so
     * @param signalled directory with the marks of containers that got their stop signal
     */
    public record Parts(
            Daemon daemon,
            Names names,
            DaemonInfo info,
            CreateRequest.ContainerPolicy policy,
            boolean createMissingHostPaths,
            Set<RuntimeHandler> recursivelyReadOnly,
            ContainerSightings sightings,
            ContainerLogs logs,
            Path signalled,
            AfterRemoval afterRemoval,
            Clock clock) {}

    public DockerContainers(Parts parts) {
        this.daemon = parts.daemon();
        MountRequests mounts =
                new MountRequests(daemon::version, parts.createMissingHostPaths(), parts.recursivelyReadOnly());
        this.requests = new CreateRequest(
                parts.names(),
                parts.policy(),
                mounts,
                new SecurityOptions(parts.info().security()),
                new CdiRequests(parts.info().cdi()));
        this.sightings = parts.sightings();
        this.logs = parts.logs();
        this.signalled = parts.signalled();
        this.clock = parts.clock();
        this.removal = new Removal(daemon);
        this.afterRemoval = parts.afterRemoval();
        HostFiles.makeDirectory(signalled);
    }

    @Override
    public Created create(SandboxSpec sandbox, ContainerSpec spec) {
        CreateRequest.refuseUnserved(sandbox, spec);
        spec.security().namespaces().target().ifPresent(target -> requireInPod(target, sandbox));
        daemon.change("create container " + spec.id(), client -> {
            try {
                return requests.command(client, sandbox, spec).exec().getId();
            } catch (BadRequestException e) {
                throw Fault.invalid("config", "Docker refuses the container: " + Refusal.text(e));
            } catch (ConflictException e) {
                // A call that was sent twice: the name is made of an id that nobody else has.
                return ContainerState.of(daemon, Names.of(spec.id()))
                        .map(ContainerState::dockerId)
                        .orElseThrow(() -> e);
            }
        });
        return new Created(Optional.empty());
    }

    // Docker would join the namespace of any container.
    private void requireInPod(ContainerId target, SandboxSpec sandbox) {
        boolean there = ContainerState.of(daemon, Names.of(target))
                .filter(state -> state.phase() == ContainerState.Phase.RUNNING)
                .flatMap(state -> state.label(Names.SANDBOX))
                .filter(sandbox.id().value()::equals)
                .isPresent();
        if (there) return;
        throw Fault.invalid(
                "linux.security_context.namespace_options.target_id",
                "no container " + target + " runs in the pod sandbox " + sandbox.id());
    }

    @Override
    public Started start(ContainerId id) {
        String name = Names.of(id);
        ContainerState before = ContainerState.of(daemon, name).orElseThrow(() -> Fault.absent(id));
        // Docker would start an ended container again, as often as it is asked.
        if (before.phase() == ContainerState.Phase.EXITED || before.startedAt().isPresent()) {
            throw new Fault(new Fault.Kind.Refused("start container " + id, "it was started before"));
        }
        daemon.tell("start container " + id, client -> {
            try {
                client.startContainerCmd(name).exec();
            } catch (NotModifiedException _) {
                // A call that was sent twice.
            } catch (DockerException e) {
                throw Fault.failed("start container " + id, Refusal.text(e));
            }
        });
        ContainerState state = ContainerState.of(daemon, name).orElseThrow(() -> Fault.absent(id));
        if (state.phase() == ContainerState.Phase.RUNNING) sightings.follow(id, state);
        return new Started(state.startedAt().orElseGet(clock::instant), state.pid());
    }

    @Override
    public Stopped stop(ContainerId id, Signal signal, GracePeriod grace) {
        if (!runs(id)) return Stopped.ALREADY;
        try (Stops.Stop stop = stops.begin(id, grace.duration())) {
            if (!grace.isNone() && HostFiles.mark(mark(id))) {
                removal.signal(Names.of(id), Integer.toString(signal.number()));
            }
            Duration pause = LOOK_FIRST;
            while (stop.await(pause)) {
                if (!runs(id)) return Stopped.NOW;
                pause = pause.compareTo(LOOK_AGAIN) < 0 ? pause.multipliedBy(2) : pause;
            }
            removal.kill(Names.of(id));
            return Stopped.NOW;
        } catch (InterruptedException e) {
            throw new Fault(new Fault.Kind.Cancelled("stopping container " + id), e);
        }
    }

    private boolean runs(ContainerId id) {
        return ContainerState.of(daemon, Names.of(id))
                .filter(state -> state.phase() == ContainerState.Phase.RUNNING)
                .isPresent();
    }

    private Path mark(ContainerId id) {
        return signalled.resolve(id.value());
    }

    @Override
    public Removed remove(ContainerId id) {
        String name = Names.of(id);
        Optional<ContainerState> state = ContainerState.of(daemon, name);
        if (state.isPresent()) {
            if (state.get().phase() == ContainerState.Phase.RUNNING) removal.kill(name);
            // Before its removal: Docker deletes its log with the container.
            sightings.finishLog(id, state.get());
        }
        Removed removed = removal.remove(name);
        logs.remove(id);
        HostFiles.delete(mark(id));
        afterRemoval.removed(id);
        return removed;
    }

    @Override
    public void update(ContainerId id, Resources resources) {
        ResourceRequests.refuseUnserved(resources);
        daemon.change("change the limits of container " + id, client -> {
            var command = client.updateContainerCmd(Names.of(id));
            ResourceRequests.apply(resources, command);
            return command.exec();
        });
    }

    @Override
    public void checkpoint(CheckpointRequest request) {
        throw noCheckpoints();
    }

    @Override
    public Created restore(SandboxSpec sandbox, ContainerSpec spec, Path archive) {
        throw noCheckpoints();
    }

    // docs.docker.com/reference/cli/docker/checkpoint: experimental, and restored by a start of the same container
    // only.
    private static Fault noCheckpoints() {
        String why =
                "Docker's own are experimental and start no other container; use a runtime handler of the oci backend";
        return new Fault(new Fault.Kind.Unsupported("a checkpoint", why));
    }

    @Override
    public void reopenLog(ContainerId id) {
        ContainerState state = ContainerState.of(daemon, Names.of(id)).orElseThrow(() -> Fault.absent(id));
        if (state.phase() != ContainerState.Phase.RUNNING) {
            throw new Fault(new Fault.Kind.Refused("reopen the log of container " + id, "it does not run"));
        }
        sightings.follow(id, state);
        logs.reopen(id);
    }
}
