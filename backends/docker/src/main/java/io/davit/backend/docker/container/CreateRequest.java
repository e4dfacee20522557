package io.davit.backend.docker.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.DockerObjectAccessor;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import io.davit.backend.docker.engine.Names;
import io.davit.backend.docker.sandbox.CgroupParents;
import io.davit.backend.docker.sandbox.PodFiles;
import io.davit.core.domain.Capabilities;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.EnvironmentVariable;
import io.davit.core.domain.Fault;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.SupplementalGroups;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A container of the CRI as Docker is asked for it. */
public final class CreateRequest {
    private final Names names;
    private final ContainerPolicy policy;
    private final MountRequests mounts;
    private final SecurityOptions security;
    private final CdiRequests cdi;

    /**
     * What the configuration says of containers.
     *
     * @param pods directory of all pods' files
     * @param logBytes of one of Docker's log files, of which there are {@code logFiles}
     * @param runtimes Docker's runtime of each handler; empty for the daemon's default
     */
    public record ContainerPolicy(
            Path pods, CgroupParents parents, long logBytes, int logFiles, Map<String, String> runtimes) {
        public ContainerPolicy {
            runtimes = Map.copyOf(runtimes);
        }
    }

    CreateRequest(
            Names names, ContainerPolicy policy, MountRequests mounts, SecurityOptions security, CdiRequests cdi) {
        this.cdi = cdi;
        this.names = names;
        this.policy = policy;
        this.mounts = mounts;
        this.security = security;
    }

    CreateContainerCmd command(DockerClient client, SandboxSpec sandbox, ContainerSpec spec) {
        Map<String, String> labels = new HashMap<>(spec.labels());
        labels.putAll(names.labels(spec.id(), sandbox.id()));
        spec.logPath().ifPresent(path -> labels.put(ContainerSightings.LOG_PATH, path.toString()));
        List<String> arguments = spec.process().arguments();
        // By its id: Docker looks the image up for each container in a list whose image is given by name.
        CreateContainerCmd command = client.createContainerCmd(spec.imageId().toString())
                .withName(Names.of(spec.id()))
                .withLabels(labels)
                .withEntrypoint(arguments.getFirst())
                .withCmd(arguments.subList(1, arguments.size()))
                .withEnv(spec.process().environment().stream()
                        .map(CreateRequest::text)
                        .toList())
                .withWorkingDir(spec.process().workingDirectory())
                .withTty(spec.stdio().tty())
                .withStdinOpen(spec.stdio().stdin())
                .withStdInOnce(spec.stdio().stdinOnce())
                // A probe of the image's own would run beside the kubelet's.
                .withHealthcheck(new HealthCheck().withTest(List.of("NONE")))
                .withHostConfig(hostConfig(sandbox, spec));
        user(spec.security()).ifPresent(command::withUser);
        return command;
    }

    // The value is not quoted in the error: it often is a secret.
    private static String text(EnvironmentVariable variable) {
        try {
            return variable.name() + "="
                    + StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(variable.value()));
        } catch (CharacterCodingException e) {
            throw new Fault(
                    Fault.invalid(
                                    "envs[" + variable.name() + "]",
                                    "not UTF-8, which is all that Docker's API can carry")
                            .kind(),
                    e);
        }
    }

    /** Empty: as the image says. */
    private static Optional<String> user(ContainerSecurity security) {
        String group = security.runAsGroup().map(gid -> ":" + gid).orElse("");
        return switch (security.runAs()) {
            case RunAs.FromImage(String user) ->
                user.isEmpty() && group.isEmpty()
                        ? Optional.empty()
                        : Optional.of((user.isEmpty() ? "0" : user) + (user.contains(":") ? "" : group));
            case RunAs.Uid(long uid) -> Optional.of(uid + group);
            case RunAs.Username(String username) -> Optional.of(username + group);
        };
    }

    private HostConfig hostConfig(SandboxSpec sandbox, ContainerSpec spec) {
        ContainerSecurity wanted = spec.security();
        HostConfig config = HostConfig.newHostConfig()
                .withCgroupParent(policy.parents().of(sandbox))
                .withMounts(mounts.of(spec, sandbox.handler(), PodFiles.of(policy.pods(), sandbox.id())))
                .withDevices(devices(spec))
                .withReadonlyRootfs(wanted.readonlyRootfs())
                .withPrivileged(wanted.privileged())
                .withSecurityOpts(security.of(wanted))
                .withGroupAdd(wanted.supplementalGroups().gids().stream()
                        .map(String::valueOf)
                        .toList())
                .withLogConfig(log(spec));
        joinNamespaces(sandbox, spec, config);
        addCapabilities(wanted.capabilities(), config);
        ResourceRequests.apply(spec.resources(), config);
        List<DeviceRequest> vendors = cdi.of(spec);
        if (!vendors.isEmpty()) config.withDeviceRequests(vendors);
        if (!wanted.privileged()) {
            // Without a word Docker takes its own lists; the CRI's are complete.
            DockerObjectAccessor.overrideRawValue(config, "MaskedPaths", wanted.maskedPaths());
            DockerObjectAccessor.overrideRawValue(config, "ReadonlyPaths", wanted.readonlyPaths());
        }
        Optional.ofNullable(policy.runtimes().get(sandbox.handler().name()))
                .filter(runtime -> !runtime.isEmpty())
                .ifPresent(config::withRuntime);
        return config;
    }

    private LogConfig log(ContainerSpec spec) {
        if (spec.logPath().isEmpty()) return new LogConfig(LogConfig.LoggingType.NONE);
        return new LogConfig(
                LogConfig.LoggingType.JSON_FILE,
                Map.of(
                        "max-size", Long.toString(policy.logBytes()),
                        "max-file", Integer.toString(policy.logFiles()),
                        "mode", "blocking"));
    }

    // The network is that of the holder, also where that is the host's; the files below /etc are the pod's either way.
    private static void joinNamespaces(SandboxSpec sandbox, ContainerSpec spec, HostConfig config) {
        String holder = "container:" + Names.of(sandbox.id());
        Namespaces namespaces = spec.security().namespaces();
        config.withNetworkMode(holder);
        if (sandbox.security().namespaces().hostNetwork()) config.withUtSMode("host");
        config.withIpcMode(
                switch (namespaces.ipc()) {
                    case POD, NODE -> holder;
                    case CONTAINER, TARGET -> "private";
                });
        switch (namespaces.pid()) {
            case POD -> config.withPidMode(holder);
            case NODE -> config.withPidMode("host");
            case TARGET -> namespaces.target().ifPresent(target -> config.withPidMode("container:" + Names.of(target)));
            case CONTAINER -> {}
        }
    }

    private static void addCapabilities(Capabilities capabilities, HostConfig config) {
        if (!capabilities.addAmbient().isEmpty()) {
            throw new Fault(new Fault.Kind.Unsupported(
                    "ambient capabilities " + capabilities.addAmbient(), "Docker has no word for them"));
        }
        // As text: docker-java's own enumeration ends where the kernel ended when it was made.
        if (!capabilities.add().isEmpty()) {
            DockerObjectAccessor.overrideRawValue(config, "CapAdd", capabilities.add());
        }
        if (!capabilities.drop().isEmpty()) {
            DockerObjectAccessor.overrideRawValue(config, "CapDrop", capabilities.drop());
        }
    }

    private static List<Device> devices(ContainerSpec spec) {
        List<Device> devices = new ArrayList<>();
        for (io.davit.core.domain.Device device : spec.devices()) {
            if (!Files.exists(Path.of(device.hostPath()))) {
                throw Fault.invalid("devices.host_path", device.hostPath() + " does not exist on this node");
            }
            devices.add(new Device(device.permissions(), device.containerPath(), device.hostPath()));
        }
        return devices;
    }

    /** Refuses what Docker cannot do for a container, instead of dropping it. */
    static void refuseUnserved(SandboxSpec sandbox, ContainerSpec spec) {
        ContainerSecurity wanted = spec.security();
        if (wanted.privileged() && !sandbox.security().privileged()) {
            throw Fault.invalid("linux.security_context.privileged", "the pod sandbox was not made privileged");
        }
        if (wanted.namespaces()
                .user()
                .filter(user -> user.mode() != NamespaceMode.NODE)
                .isPresent()) {
            throw new Fault(new Fault.Kind.Unsupported(
                    "linux.security_context.namespace_options.userns_options of mode POD",
                    "Docker knows user namespaces for the whole daemon only"));
        }
        if (wanted.supplementalGroups().policy() == SupplementalGroups.Policy.STRICT) {
            throw new Fault(new Fault.Kind.Unsupported(
                    "linux.security_context.supplemental_groups_policy Strict",
                    "Docker always adds the groups of the image's /etc/group"));
        }
        ResourceRequests.refuseUnserved(spec.resources());
    }
}
