package io.davit.backend.oci.host;

import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.Fault;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.SandboxSecurity;
import io.davit.core.domain.SelinuxOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The kernel's SELinux, and which contexts containers get. Types come from the policy (lxc_contexts, as all container
 * engines read it), categories from the pod: processes of one pod cannot touch files of another one.
 */
public final class Selinux {
    static final String FIELD = "linux.security_context.selinux_options";

    private final Optional<Path> kernel;
    private final SelinuxContext process;
    private final SelinuxContext files;
    private final SelinuxContext layers;
    private final SaidOnce said = new SaidOnce();

    /** @param kernel where selinuxfs is mounted; empty where SELinux is off */
    Selinux(Optional<Path> kernel, LxcContexts usual) {
        this.kernel = kernel;
        this.process = usual.process();
        this.files = usual.file();
        this.layers = usual.roFile();
    }

    /** That of this host. */
    public static Selinux ofHost(HostFacts host) {
        return new Selinux(
                host.selinux() ? Optional.of(Path.of("/sys/fs/selinux")) : Optional.empty(),
                LxcContexts.ofPolicy(Path.of("/etc/selinux")));
    }

    /** Of the files of images on disk; empty leaves them as they are. */
    public Optional<String> ofLayers() {
        return Optional.of(layers)
                .filter(context -> kernel.isPresent() && knows(context))
                .map(SelinuxContext::toString);
    }

    /**
     * Whether pods get a level of their own: one that asks for options does, and any other where the policy knows
     * containers.
     *
     * @throws Fault Unsupported or InvalidRequest if options cannot be met
     */
    public boolean labels(SandboxSecurity pod) {
        Optional<SelinuxOption> asked = asked(pod.selinux());
        if (asked.isEmpty()) return usual();
        require();
        known(process.with(asked.get()));
        return true;
    }

    private boolean usual() {
        if (kernel.isEmpty()) return false;
        if (knows(process) && knows(files)) return true;
        said.warn("containers run without SELinux labels: the node's policy lacks " + process + " or " + files
                + "; install its module for containers (container-selinux)");
        return false;
    }

    /**
     * Of what the containers of a pod share.
     *
     * @param level of the pod; empty if it has no labels
     */
    public SelinuxLabels ofPod(SandboxSecurity pod, Optional<String> level) {
        if (level.isEmpty()) return SelinuxLabels.NONE;
        SelinuxContext context = merged(process.at(level.get()), pod.selinux());
        return labels(context, unconfined(pod.namespaces(), pod.selinux()));
    }

    /**
     * Of a container: its options, else those of the pod, else what the policy says. A privileged one is confined only if
     * it has options itself, as with AppArmor.
     *
     * @throws Fault Unsupported or InvalidRequest if options cannot be met
     */
    public SelinuxLabels ofContainer(SandboxSecurity pod, ContainerSecurity container, Optional<String> podLevel) {
        boolean asks = asked(container.selinux()).isPresent();
        if (asks) require();
        else if (podLevel.isEmpty()) return SelinuxLabels.NONE;
        SelinuxContext ofPod = merged(process.at(podLevel.orElse(process.level())), pod.selinux());
        SelinuxContext context = merged(ofPod, container.selinux());
        boolean free = container.privileged() || unconfined(pod.namespaces(), pod.selinux());
        return labels(context, free && !asks);
    }

    private SelinuxLabels labels(SelinuxContext context, boolean unconfined) {
        String ofFiles = known(files.ofFilesOf(context));
        return new SelinuxLabels(unconfined ? Optional.empty() : Optional.of(known(context)), Optional.of(ofFiles));
    }

    // Who sees the node's processes or its IPC objects must be allowed to use them (as containerd and CRI-O).
    private static boolean unconfined(Namespaces pod, Optional<SelinuxOption> options) {
        boolean ofNode = pod.pid() == NamespaceMode.NODE || pod.ipc() == NamespaceMode.NODE;
        return ofNode && asked(options).isEmpty();
    }

    private static SelinuxContext merged(SelinuxContext context, Optional<SelinuxOption> option) {
        return option.map(context::with).orElse(context);
    }

    private static Optional<SelinuxOption> asked(Optional<SelinuxOption> option) {
        return option.filter(parts -> !(parts.user() + parts.role() + parts.type() + parts.level()).isEmpty());
    }

    private void require() {
        if (kernel.isPresent()) return;
        throw new Fault(new Fault.Kind.Unsupported(FIELD, "SELinux is not enabled on this node"));
    }

    private String known(SelinuxContext context) {
        if (knows(context)) return context.toString();
        throw Fault.invalid(FIELD, "the node's policy has no context '" + context + "'; seinfo lists its words");
    }

    // The kernel reads a context there and refuses what its policy does not have (selinuxfs,
    // security_check_context(3)).
    private boolean knows(SelinuxContext context) {
        Path check = kernel.orElseThrow().resolve("context");
        try {
            Files.write(
                    check,
                    (context + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    StandardOpenOption.WRITE);
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
