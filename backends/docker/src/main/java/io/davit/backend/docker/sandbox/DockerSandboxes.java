package io.davit.backend.docker.sandbox;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import io.davit.backend.docker.engine.ContainerState;
import io.davit.backend.docker.engine.Daemon;
import io.davit.backend.docker.engine.HostFiles;
import io.davit.backend.docker.engine.Names;
import io.davit.backend.docker.engine.OomScores;
import io.davit.backend.docker.engine.Refusal;
import io.davit.backend.docker.engine.Removal;
import io.davit.backend.docker.kernel.Kernel;
import io.davit.backend.docker.kernel.NewNetwork;
import io.davit.backend.docker.usage.ControlGroups;
import io.davit.core.domain.Fault;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Removed;
import io.davit.core.spi.SandboxNetwork;
import io.davit.core.spi.SandboxUp;
import io.davit.core.spi.Sandboxes;
import io.davit.core.spi.Stopped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pods as Docker can have them: a container without a network of Docker's, whose namespaces the pod's containers join.
 * Its network namespace is pinned, so that the core's CNI can take the network down even when the holder has died.
 */
public final class DockerSandboxes implements Sandboxes {
    /** As the kubelet's other runtimes have it: the holder goes last (kubelet, qos policy, PodInfraOOMAdj). */
    private static final int HOLDER_OOM_SCORE = -998;

    private static final int HOLDER_CPU_SHARES = 2;

    private final Daemon daemon;
    private final Names names;
    private final SandboxPolicy policy;
    private final HolderImage holder;
    private final Removal removal;
    private final ControlGroups groups;

    /**
     * What the configuration says of pods.
     *
     * @param pods directory of all pods' files
     * @param image of the holder instead of our own; empty: our own
     * @param runtimes Docker's runtime of each handler; empty for the daemon's default
     */
    public record SandboxPolicy(
            Path pods, String image, long shmBytes, CgroupParents parents, Map<String, String> runtimes) {
        public SandboxPolicy {
            runtimes = Map.copyOf(runtimes);
        }
    }

    public DockerSandboxes(Daemon daemon, Names names, SandboxPolicy policy, HolderImage holder, ControlGroups groups) {
        this.daemon = daemon;
        this.names = names;
        this.policy = policy;
        this.holder = holder;
        this.removal = new Removal(daemon);
        this.groups = groups;
    }

    @Override
    public SandboxUp start(SandboxSpec spec) {
        UnservedSandboxFields.refuse(spec);
        String parent = policy.parents().of(spec);
        PodFiles files = PodFiles.of(policy.pods(), spec.id());
        files.write(spec);
        create(spec, parent);
        String name = Names.of(spec.id());
        daemon.tell("start the holder of pod sandbox " + spec.id(), client -> {
            try {
                client.startContainerCmd(name).exec();
            } catch (BadRequestException e) {
                throw Fault.failed("start the holder of pod sandbox " + spec.id(), Refusal.text(e));
            }
        });
        if (spec.security().namespaces().hostNetwork()) return new SandboxUp(new SandboxNetwork.Host());
        Kernel.pin(Path.of("/proc/" + running(spec.id()) + "/ns/net"), files.network());
        if (!Sysctls.decideIpv6(spec.sysctls())) NewNetwork.turnOnIpv6(files.network());
        if (spec.security().privileged()) NewNetwork.makeSysWritable(files.network());
        return new SandboxUp(new SandboxNetwork.Unattached(files.network()));
    }

    private long running(SandboxId id) {
        return ContainerState.of(daemon, Names.of(id))
                .filter(state -> state.phase() == ContainerState.Phase.RUNNING)
                .map(ContainerState::pid)
                .orElseThrow(() -> Fault.failed(
                        "start the holder of pod sandbox " + id,
                        "it ended at once; the program it is made of must be linked statically"));
    }

    private void create(SandboxSpec spec, String parent) {
        boolean own = policy.image().isEmpty();
        daemon.change("create the holder of pod sandbox " + spec.id(), client -> {
            if (!own) return create(command(client, policy.image(), spec, parent), spec);
            try {
                return create(command(client, holder.ensure(), spec, parent), spec);
            } catch (NotFoundException _) {
                return create(command(client, holder.again(), spec, parent), spec);
            }
        });
    }

    private String create(CreateContainerCmd command, SandboxSpec spec) {
        try {
            return command.exec().getId();
        } catch (BadRequestException e) {
            throw Fault.invalid("config", "Docker refuses the pod sandbox: " + Refusal.text(e));
        } catch (ConflictException e) {
            // A call that was sent twice: the name is made of an id that nobody else has.
            return ContainerState.of(daemon, Names.of(spec.id()))
                    .map(ContainerState::dockerId)
                    .orElseThrow(() -> e);
        } catch (NotFoundException e) {
            if (policy.image().isEmpty()) throw e;
            throw Fault.failed(
                    "create the holder of pod sandbox " + spec.id(),
                    Refusal.text(e) + "; docker pull " + policy.image());
        }
    }

    private CreateContainerCmd command(DockerClient client, String image, SandboxSpec spec, String parent) {
        Map<String, String> labels = new HashMap<>(spec.labels());
        labels.putAll(names.labels(spec.id()));
        CreateContainerCmd command = client.createContainerCmd(image)
                .withName(Names.of(spec.id()))
                .withLabels(labels)
                .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                .withHostConfig(hostConfig(spec, parent));
        if (policy.image().isEmpty()) command.withEntrypoint(HolderImage.COMMAND);
        if (!spec.security().namespaces().hostNetwork()) command.withHostName(PodFiles.nameOf(spec));
        return command;
    }

    private HostConfig hostConfig(SandboxSpec spec, String parent) {
        Namespaces namespaces = spec.security().namespaces();
        HostConfig config = HostConfig.newHostConfig()
                .withNetworkMode(namespaces.hostNetwork() ? "host" : "none")
                .withIpcMode(namespaces.ipc() == NamespaceMode.NODE ? "host" : "shareable")
                .withShmSize(policy.shmBytes())
                .withCgroupParent(parent)
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withOomScoreAdj(OomScores.possible(HOLDER_OOM_SCORE))
                .withCpuShares(HOLDER_CPU_SHARES)
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE));
        if (namespaces.pid() == NamespaceMode.NODE) config.withPidMode("host");
        if (namespaces.hostNetwork()) config.withUtSMode("host");
        Map<String, String> sysctls = Sysctls.dotted(spec.sysctls());
        if (!sysctls.isEmpty()) config.withSysctls(sysctls);
        Optional.ofNullable(policy.runtimes().get(spec.handler().name()))
                .filter(runtime -> !runtime.isEmpty())
                .ifPresent(config::withRuntime);
        return config;
    }

    @Override
    public Stopped stop(SandboxId id) {
        String name = Names.of(id);
        boolean runs = ContainerState.of(daemon, name)
                .filter(state -> state.phase() == ContainerState.Phase.RUNNING)
                .isPresent();
        if (runs) removal.kill(name);
        Kernel.unpin(PodFiles.of(policy.pods(), id).network());
        return runs ? Stopped.NOW : Stopped.ALREADY;
    }

    @Override
    public Removed remove(SandboxId id) {
        Removed removed = removal.remove(Names.of(id));
        PodFiles files = PodFiles.of(policy.pods(), id);
        boolean left = Files.exists(files.directory());
        Kernel.unpin(files.network());
        if (!policy.parents().systemd()) groups.remove(policy.parents().ofOwn(id));
        HostFiles.deleteTree(files.directory());
        return removed == Removed.NOW || left ? Removed.NOW : Removed.ALREADY;
    }
}
