package io.davit.core.operation;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerName;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.EnvironmentVariable;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageConfig;
import io.davit.core.domain.ImageSpec;
import io.davit.core.domain.Mount;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.ProcessSpec;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts the words of a request, its image and its sandbox together (cri-semantics 1.8). Pure. */
final class ContainerAssembly {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private ContainerAssembly() {}

    /**
     * Puts it together.
     *
     * @param images finds them by name, for mounts of images
     * @throws Fault of kind InvalidRequest if there is nothing to run, or a path leaves its root; KubeletReason if the
     *     image of a mount is not there
     */
    static ContainerSpec assemble(
            ContainerId id,
            ContainerRequest request,
            SandboxSpec sandbox,
            Image image,
            Function<String, Optional<Image>> images) {
        ImageConfig config = image.config();
        requireSameUserNamespace(
                request.security().namespaces(), sandbox.security().namespaces());
        return new ContainerSpec(
                id,
                new ContainerName(sandbox.id(), request.name(), request.attempt()),
                shown(request.image(), image),
                image.id(),
                image.reference(),
                new ProcessSpec(
                        arguments(request, config),
                        environment(request, sandbox, config),
                        workingDirectory(request, config)),
                request.stdio(),
                request.mounts().stream().map(mount -> resolved(mount, images)).toList(),
                request.devices(),
                request.cdiDevices(),
                anonymousVolumes(request, config),
                request.labels(),
                request.annotations(),
                logPath(sandbox.logDirectory(), request.logPath()),
                request.resources(),
                security(request.security(), config),
                request.stopSignal().orElseGet(() -> stopSignal(config)));
    }

    /** The kubelet names images by id, and shows people what the status says: a tag, where there is one. */
    private static ImageSpec shown(ImageSpec asked, Image image) {
        boolean byId = image.id().toString().startsWith(asked.image())
                || image.id().digest().hex().startsWith(asked.image());
        if (!byId || image.repoTags().isEmpty()) return asked;
        return new ImageSpec(
                image.repoTags().getFirst(),
                asked.annotations(),
                asked.userSpecifiedImage(),
                asked.runtimeHandler(),
                asked.reference());
    }

    /** All containers of a pod share its user namespace (cri-api UserNamespace); one that says nothing gets it too. */
    private static void requireSameUserNamespace(Namespaces container, Namespaces pod) {
        if (container.user().isEmpty()) return;
        boolean same = container.ownUser().isEmpty()
                ? pod.ownUser().isEmpty()
                : container.ownUser().equals(pod.ownUser());
        if (same) return;
        throw Fault.invalid(
                "config.linux.security_context.namespace_options.userns_options", "differs from the pod sandbox's");
    }

    private static Mount resolved(Mount mount, Function<String, Optional<Image>> images) {
        return switch (mount.source()) {
            case Mount.Source.HostPath _ -> mount;
            case Mount.Source.ImageVolume(ImageSpec asked, String subPath, var _) -> {
                Image image = images.apply(asked.image())
                        .orElseThrow(() -> new Fault(new Fault.Kind.KubeletReason(
                                Fault.Reason.IMAGE_VOLUME_MOUNT_FAILED,
                                "the image '" + asked.image() + "' of the mount at " + mount.containerPath()
                                        + " does not exist; pull it first")));
                yield mount.from(new Mount.Source.ImageVolume(
                        asked.called(image.id().toString()), subPath, Optional.of(image.id())));
            }
        };
    }

    /** A command drops the image's entrypoint and its arguments; arguments alone drop only the latter. */
    private static List<String> arguments(ContainerRequest request, ImageConfig config) {
        List<String> all = new ArrayList<>(request.command().isEmpty() ? config.entrypoint() : request.command());
        boolean imageArguments =
                request.command().isEmpty() && request.arguments().isEmpty();
        all.addAll(imageArguments ? config.command() : request.arguments());
        if (all.isEmpty()) {
            throw Fault.invalid("config.command", "empty, and the image has neither ENTRYPOINT nor CMD");
        }
        return all;
    }

    private static List<EnvironmentVariable> environment(
            ContainerRequest request, SandboxSpec sandbox, ImageConfig config) {
        Map<String, EnvironmentVariable> byName = new LinkedHashMap<>();
        put(byName, EnvironmentVariable.of("PATH", DEFAULT_PATH));
        // On the node's network it is the node's name, which the engine knows.
        boolean named = !sandbox.hostname().isEmpty()
                && !sandbox.security().namespaces().hostNetwork();
        if (named) put(byName, EnvironmentVariable.of("HOSTNAME", sandbox.hostname()));
        if (request.stdio().tty()) put(byName, EnvironmentVariable.of("TERM", "xterm"));
        config.environment().forEach(line -> put(byName, variable(line)));
        request.environment().forEach(variable -> put(byName, variable));
        return List.copyOf(byName.values());
    }

    private static void put(Map<String, EnvironmentVariable> byName, EnvironmentVariable variable) {
        byName.put(variable.name(), variable);
    }

    private static EnvironmentVariable variable(String line) {
        int equals = line.indexOf('=');
        return equals < 0
                ? EnvironmentVariable.of(line, "")
                : new EnvironmentVariable(
                        line.substring(0, equals), line.substring(equals + 1).getBytes(StandardCharsets.UTF_8));
    }

    private static String workingDirectory(ContainerRequest request, ImageConfig config) {
        String wanted = request.workingDirectory().isEmpty() ? config.workingDirectory() : request.workingDirectory();
        if (wanted.isEmpty()) return "/";
        return wanted.startsWith("/") ? wanted : "/" + wanted;
    }

    /** A mount on the same path takes the place of the image's volume. */
    private static List<String> anonymousVolumes(ContainerRequest request, ImageConfig config) {
        Set<Path> covered = request.mounts().stream()
                .map(Mount::containerPath)
                .map(path -> Path.of(path).normalize())
                .collect(Collectors.toSet());
        return config.volumes().stream()
                .filter(volume -> !covered.contains(Path.of(volume).normalize()))
                .toList();
    }

    private static Optional<Path> logPath(Optional<Path> directory, String file) {
        if (directory.isEmpty() || file.isEmpty()) return Optional.empty();
        Path root = directory.get().normalize();
        Path log = root.resolve(file).normalize();
        if (log.startsWith(root) && !log.equals(root)) return Optional.of(log);
        throw Fault.invalid("config.log_path", "'" + file + "' is not below the log directory " + root);
    }

    private static ContainerSecurity security(ContainerSecurity wanted, ImageConfig config) {
        RunAs runAs = switch (wanted.runAs()) {
            case RunAs.FromImage _ -> new RunAs.FromImage(config.user());
            case RunAs.Uid uid -> uid;
            case RunAs.Username username -> username;
        };
        return new ContainerSecurity(
                wanted.capabilities(),
                wanted.privileged(),
                wanted.namespaces(),
                wanted.selinux(),
                runAs,
                wanted.runAsGroup(),
                wanted.readonlyRootfs(),
                wanted.supplementalGroups(),
                wanted.noNewPrivileges(),
                wanted.maskedPaths(),
                wanted.readonlyPaths(),
                wanted.seccomp(),
                wanted.apparmor());
    }

    private static Signal stopSignal(ImageConfig config) {
        return config.stopSignal().isEmpty() ? Signal.TERM : Signal.parse(config.stopSignal());
    }
}
