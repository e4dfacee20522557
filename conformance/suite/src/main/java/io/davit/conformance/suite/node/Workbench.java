package io.davit.conformance.suite.node;

import com.google.protobuf.ByteString;
import io.davit.conformance.suite.client.CallLog;
import io.davit.conformance.suite.client.Cri;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerMetadata;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.KeyValue;
import io.davit.cri.v1.LinuxContainerConfig;
import io.davit.cri.v1.LinuxContainerSecurityContext;
import io.davit.cri.v1.LinuxPodSandboxConfig;
import io.davit.cri.v1.LinuxSandboxSecurityContext;
import io.davit.cri.v1.NamespaceMode;
import io.davit.cri.v1.NamespaceOption;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.PodSandboxMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/**
 * What one test works with: calls to the server, names that nobody else has, a directory. Every pod with the test's
 * label is removed at the end, whoever learned of its id.
 */
public final class Workbench implements AutoCloseable {
    private static final String LABEL = "io.davit.conformance.test";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Node node;
    private final CallLog calls = new CallLog();
    private final Cri cri;
    private final String name;
    private final Path directory;
    private final Cgroups cgroups = new Cgroups();

    Workbench(Node node) {
        this.node = node;
        this.cri = node.cri(calls);
        this.name = "t" + node.nextNumber() + "-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        this.directory = Directories.make(node.settings().work().resolve(name));
    }

    public Node node() {
        return node;
    }

    public Cri cri() {
        return cri;
    }

    public CallLog calls() {
        return calls;
    }

    /** On the server's host, and this test's only. */
    public Path directory() {
        return directory;
    }

    /** A directory below the test's. */
    public Path directory(String child) {
        return Directories.make(directory.resolve(child));
    }

    /** A name in the form of a DNS label, which no other test uses. */
    public String name(String stem) {
        return stem + "-" + node.nextNumber() + "-" + name;
    }

    /** A pod as the kubelet sends it: network and IPC of its own, process ids by container. */
    public PodSandboxConfig.Builder podConfig() {
        String pod = name("pod");
        LinuxSandboxSecurityContext.Builder security = LinuxSandboxSecurityContext.newBuilder()
                .setNamespaceOptions(NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER));
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(pod)
                        .setNamespace("davit-conformance")
                        .setUid("uid-" + pod))
                .setHostname(pod.substring(0, Math.min(pod.length(), 63)))
                .setLogDirectory(directory(pod).toString())
                .putLabels(LABEL, name)
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(node.systemd() ? Cgroups.SLICE : cgroups.parent(pod))
                        .setSecurityContext(security));
    }

    public Pod runPod() {
        return runPod(podConfig());
    }

    public Pod runPod(PodSandboxConfig.Builder config) {
        PodSandboxConfig built = config.build();
        return new Pod(this, cri.runPodSandbox(built, node.settings().handler()), built);
    }

    /** A pod whose configuration is the usual one but for a change. */
    public Pod runPod(UnaryOperator<PodSandboxConfig.Builder> change) {
        return runPod(change.apply(podConfig()));
    }

    /** A pod this test knows only the id of. */
    public Pod pod(String id, PodSandboxConfig config) {
        return new Pod(this, id, config);
    }

    /** A container as the kubelet sends it, which runs a command of the shell image. */
    public ContainerConfig.Builder command(String... command) {
        return container(TestImage.SHELL).addAllCommand(Arrays.asList(command));
    }

    /** A container that runs a shell script. */
    public ContainerConfig.Builder script(String script) {
        return command("sh", "-c", script);
    }

    /** A container that does nothing until it is told to stop; it ends at SIGTERM at once. */
    public ContainerConfig.Builder idle() {
        return script("trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done");
    }

    /** A container of an image, with the image's command. */
    public ContainerConfig.Builder container(TestImage image) {
        String container = name("c");
        LinuxContainerSecurityContext.Builder security = LinuxContainerSecurityContext.newBuilder()
                .setNamespaceOptions(NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER));
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(container))
                .setImage(ImageSpec.newBuilder()
                        .setImage(pulled(image))
                        .setUserSpecifiedImage(node.settings().reference(image)))
                .setLogPath(container + "/0.log")
                .putLabels(LABEL, name)
                .setLinux(LinuxContainerConfig.newBuilder().setSecurityContext(security));
    }

    public static KeyValue env(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    /** The name of an image, as the registry has it. */
    public String reference(TestImage image) {
        return node.settings().reference(image);
    }

    /** Makes sure that an image is there; its id. */
    public String pulled(TestImage image) {
        return node.pulled(image);
    }

    /** Restarts the server, see {@link Node#restart}; skips the test if nobody said how. */
    public void restartServer() throws IOException, InterruptedException {
        restartServer("true");
    }

    /** @param whileDown a shell's command that is run while the server is away */
    public void restartServer(String whileDown) throws IOException, InterruptedException {
        node.restart(whileDown);
    }

    /**
     * Repeats a question until the answer is right.
     *
     * @throws org.awaitility.core.ConditionTimeoutException with the last answer
     */
    public <T> T await(String what, Callable<T> question, Predicate<T> right) {
        return Awaitility.await(what)
                .atMost(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .pollInterval(Duration.ofMillis(20))
                .until(question, right);
    }

    /** The records of a log file; empty if there is none. */
    public List<LogLine> log(Path file) {
        try {
            return Files.exists(file) ? LogLine.parse(Files.readAllBytes(file)) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            PodSandboxFilter mine =
                    PodSandboxFilter.newBuilder().putLabelSelector(LABEL, name).build();
            for (var pod : cri.listPodSandbox(mine)) {
                cri.stopPodSandbox(pod.getId());
                cri.removePodSandbox(pod.getId());
            }
        } finally {
            node.collect(calls);
            cgroups.remove();
            Directories.delete(directory);
        }
    }
}
