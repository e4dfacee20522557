package io.davit.core.grpc;

import io.davit.core.domain.Device;
import io.davit.core.domain.EnvironmentVariable;
import io.davit.core.domain.Mount;
import io.davit.core.domain.Problems;
import io.davit.core.domain.StdioMode;
import io.davit.core.operation.ContainerRequest;
import io.davit.cri.v1.CDIDevice;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.KeyValue;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** ContainerConfig to ContainerRequest; names every bad field at once. */
final class ContainerParser {
    private static final Set<String> MOUNT_OPTIONS =
            Set.of("noexec", "exec", "nodev", "dev", "nosuid", "suid", "noatime", "relatime", "nodiratime");

    private final Problems problems = new Problems();
    private final Fields fields = new Fields(problems);

    private ContainerParser() {}

    static ContainerRequest parse(ContainerConfig config) {
        return new ContainerParser().request(config);
    }

    private ContainerRequest request(ContainerConfig config) {
        ContainerRequest request = new ContainerRequest(
                fields.line("config.metadata.name", config.getMetadata().getName()),
                Fields.unsigned(config.getMetadata().getAttempt()),
                ImageParser.spec(fields, "config.image", config.getImage()),
                arguments("config.command", config.getCommandList()),
                arguments("config.args", config.getArgsList()),
                arguments("config.working_dir", List.of(config.getWorkingDir())).getFirst(),
                environment(config.getEnvsList()),
                config.getMountsList().stream().map(this::mount).toList(),
                config.getDevicesList().stream().map(this::device).toList(),
                config.getCDIDevicesList().stream().map(CDIDevice::getName).toList(),
                config.getLabelsMap(),
                config.getAnnotationsMap(),
                config.getLogPath().isEmpty() ? "" : fields.path("config.log_path", config.getLogPath()),
                new StdioMode(config.getStdin(), config.getStdinOnce(), config.getTty()),
                new ResourcesParser(fields)
                        .parseAll("config.linux.resources", config.getLinux().getResources()),
                new SecurityParser(fields).container(config.getLinux().getSecurityContext()),
                SignalCodes.parse(config.getStopSignal()));
        problems.throwIfAny();
        return request;
    }

    /** The kernel ends every argument at a NUL. */
    private List<String> arguments(String field, List<String> arguments) {
        if (arguments.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) problems.add(field, "has a NUL");
        return arguments;
    }

    private List<EnvironmentVariable> environment(List<KeyValue> variables) {
        return variables.stream().map(this::variable).toList();
    }

    private EnvironmentVariable variable(KeyValue variable) {
        String name = variable.getKey();
        if (name.isEmpty() || name.contains("=") || name.indexOf('\0') >= 0) {
            problems.add("config.envs.key", "not a name: '" + name.replace('\0', '?') + "'");
        }
        byte[] value = variable.getValue().toByteArray();
        for (byte b : value) {
            if (b != 0) continue;
            problems.add("config.envs.value", "of " + name + " has a NUL");
            break;
        }
        return new EnvironmentVariable(name, value);
    }

    private Mount mount(io.davit.cri.v1.Mount wanted) {
        String path = fields.path("config.mounts.container_path", wanted.getContainerPath());
        String at = "config.mounts[" + path + "]";
        Mount.Propagation propagation = propagation(at, wanted.getPropagation());
        if (wanted.getRecursiveReadOnly() && !wanted.getReadonly()) {
            problems.add(at + ".recursive_read_only", "given without readonly");
        }
        if (wanted.getRecursiveReadOnly() && propagation != Mount.Propagation.PRIVATE) {
            problems.add(at + ".recursive_read_only", "only possible with PROPAGATION_PRIVATE");
        }
        wanted.getMountOptionsList().stream()
                .filter(option -> !MOUNT_OPTIONS.contains(option))
                .forEach(option -> problems.add(at + ".mount_options", "not possible: '" + option + "'"));
        return new Mount(
                path.startsWith("/") ? path : "/" + path,
                source(at, wanted),
                wanted.getReadonly(),
                wanted.getRecursiveReadOnly(),
                wanted.getSelinuxRelabel(),
                propagation,
                SecurityParser.mappings(wanted.getUidMappingsList()),
                SecurityParser.mappings(wanted.getGidMappingsList()),
                wanted.getMountOptionsList());
    }

    private Mount.Source source(String at, io.davit.cri.v1.Mount wanted) {
        if (!wanted.hasImage()) {
            if (!wanted.getImageSubPath().isEmpty()) problems.add(at + ".image_sub_path", "given without an image");
            return new Mount.Source.HostPath(fields.path(at + ".host_path", wanted.getHostPath()));
        }
        if (!wanted.getHostPath().isEmpty()) problems.add(at + ".host_path", "given together with an image");
        if (wanted.getPropagation() != io.davit.cri.v1.MountPropagation.PROPAGATION_PRIVATE) {
            problems.add(at + ".propagation", "an image is mounted with PROPAGATION_PRIVATE only");
        }
        String subPath = wanted.getImageSubPath();
        if (subPath.startsWith("/") || List.of(subPath.split("/")).contains("..") || subPath.indexOf('\0') >= 0) {
            problems.add(at + ".image_sub_path", "not a path inside the image: '" + subPath.replace('\0', '?') + "'");
        }
        return new Mount.Source.ImageVolume(
                ImageParser.spec(fields, at + ".image", wanted.getImage()), subPath, Optional.empty());
    }

    private Mount.Propagation propagation(String at, io.davit.cri.v1.MountPropagation propagation) {
        return switch (propagation) {
            case PROPAGATION_PRIVATE -> Mount.Propagation.PRIVATE;
            case PROPAGATION_HOST_TO_CONTAINER -> Mount.Propagation.HOST_TO_CONTAINER;
            case PROPAGATION_BIDIRECTIONAL -> Mount.Propagation.BIDIRECTIONAL;
            case UNRECOGNIZED -> {
                problems.add(at + ".propagation", "unknown to this davit");
                yield Mount.Propagation.PRIVATE;
            }
        };
    }

    private Device device(io.davit.cri.v1.Device wanted) {
        String permissions = wanted.getPermissions().isEmpty() ? "rwm" : wanted.getPermissions();
        if (!permissions.matches("[rwm]{1,3}")) {
            problems.add("config.devices.permissions", "not of r, w and m: '" + permissions + "'");
        }
        String host = fields.path("config.devices.host_path", wanted.getHostPath());
        if (!host.isEmpty() && !host.startsWith("/")) {
            problems.add("config.devices.host_path", "not absolute: '" + host + "'");
        }
        return new Device(fields.path("config.devices.container_path", wanted.getContainerPath()), host, permissions);
    }
}
