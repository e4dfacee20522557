package io.davit.conformance.quickstart;

import io.davit.conformance.client.CriClient;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerMetadata;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStatus;
import io.davit.cri.v1.ContainerStatusRequest;
import io.davit.cri.v1.CreateContainerRequest;
import io.davit.cri.v1.DNSConfig;
import io.davit.cri.v1.ExecSyncRequest;
import io.davit.cri.v1.ExecSyncResponse;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.ListContainersRequest;
import io.davit.cri.v1.ListPodSandboxRequest;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxMetadata;
import io.davit.cri.v1.PodSandboxStatusRequest;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemoveContainerRequest;
import io.davit.cri.v1.RemoveImageRequest;
import io.davit.cri.v1.RemovePodSandboxRequest;
import io.davit.cri.v1.RunPodSandboxRequest;
import io.davit.cri.v1.StartContainerRequest;
import io.davit.cri.v1.StopContainerRequest;
import io.davit.cri.v1.StopPodSandboxRequest;
import io.davit.cri.v1.VersionRequest;
import io.davit.cri.v1.VersionResponse;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Runs one pod the way the kubelet does, shows what it says of itself and removes it. Arguments: the server's socket, an
 * image reference, a directory for the pod's log. Ends with an exception, and so with a code other than 0, when anything
 * is not as it should be.
 */
public final class Quickstart {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final String GREETING = "hello from a pod";

    private final CriClient client;
    private final PrintStream out;

    private Quickstart(CriClient client, PrintStream out) {
        this.client = client;
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException {
        try (CriClient client = CriClient.connect(Path.of(arguments[0]), DEADLINE)) {
            new Quickstart(client, System.out).run(arguments[1], Path.of(arguments[2]));
        }
    }

    private void run(String image, Path logs) throws IOException {
        VersionResponse version = client.runtime().version(VersionRequest.getDefaultInstance());
        out.printf("server     %s %s%n", version.getRuntimeName(), version.getRuntimeVersion());
        ImageSpec spec = ImageSpec.newBuilder().setImage(image).build();
        String imageRef = client.images()
                .pullImage(PullImageRequest.newBuilder().setImage(spec).build())
                .getImageRef();
        out.printf("image      %s is %s%n", image, imageRef);
        PodSandboxConfig pod = pod(logs);
        String sandbox = client.runtime()
                .runPodSandbox(RunPodSandboxRequest.newBuilder().setConfig(pod).build())
                .getPodSandboxId();
        out.printf("pod        %s%n", sandbox);
        out.printf("pod IP     %s%n", address(sandbox));
        String container = start(sandbox, pod, imageRef);
        out.printf("container  %s%n", container);
        out.printf("log        %s%n", log(container));
        out.printf("exec       %s%n", exec(container, "sh", "-c", "hostname; ip -4 -o addr show eth0"));
        remove(sandbox, container);
        client.images()
                .removeImage(RemoveImageRequest.newBuilder().setImage(spec).build());
        requireNothingLeft();
        out.println("removed    the container, the pod and the image");
    }

    private static PodSandboxConfig pod(Path logs) {
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("hello")
                        .setNamespace("quickstart")
                        .setUid(UUID.randomUUID().toString()))
                .setHostname("hello")
                .setLogDirectory(logs.toString())
                .setDnsConfig(DNSConfig.newBuilder().addServers("10.96.0.10"))
                .build();
    }

    private String address(String sandbox) {
        String ip = client.runtime()
                .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .build())
                .getStatus()
                .getNetwork()
                .getIp();
        return require(!ip.isEmpty(), ip, "the pod has no address");
    }

    private String start(String sandbox, PodSandboxConfig pod, String imageRef) {
        ContainerConfig config = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName("greeter"))
                .setImage(ImageSpec.newBuilder().setImage(imageRef))
                .addAllCommand(List.of("sh", "-c", "echo " + GREETING + "; exec sleep 3600"))
                .setLogPath("greeter.log")
                .build();
        String container = client.runtime()
                .createContainer(CreateContainerRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .setConfig(config)
                        .setSandboxConfig(pod)
                        .build())
                .getContainerId();
        client.runtime()
                .startContainer(StartContainerRequest.newBuilder()
                        .setContainerId(container)
                        .build());
        return container;
    }

    /** The greeting's line, once the container has written it. */
    private String log(String container) throws IOException {
        exec(container, "sh", "-c", "until [ -d /proc/1 ]; do :; done");
        Path file = Path.of(status(container).getLogPath());
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (System.nanoTime() < end) {
            for (String line : Files.readAllLines(file)) {
                if (line.endsWith("stdout F " + GREETING)) return line;
            }
            Thread.onSpinWait();
        }
        throw new IllegalStateException("the log " + file + " never had the greeting: " + Files.readString(file));
    }

    private ContainerStatus status(String container) {
        return client.runtime()
                .containerStatus(ContainerStatusRequest.newBuilder()
                        .setContainerId(container)
                        .build())
                .getStatus();
    }

    private String exec(String container, String... command) {
        ExecSyncResponse answer = client.runtime()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(container)
                        .addAllCmd(List.of(command))
                        .setTimeout(DEADLINE.toSeconds())
                        .build());
        String stdout = answer.getStdout().toStringUtf8().strip().replace("\n", " | ");
        return require(answer.getExitCode() == 0, stdout, answer.getStderr().toStringUtf8());
    }

    private void remove(String sandbox, String container) {
        client.runtime()
                .stopContainer(StopContainerRequest.newBuilder()
                        .setContainerId(container)
                        .setTimeout(1)
                        .build());
        ContainerStatus ended = status(container);
        require(ended.getState() == ContainerState.CONTAINER_EXITED, "", "it still runs: " + ended);
        out.printf("stopped    exit code %d, %s%n", ended.getExitCode(), ended.getReason());
        client.runtime()
                .removeContainer(RemoveContainerRequest.newBuilder()
                        .setContainerId(container)
                        .build());
        client.runtime()
                .stopPodSandbox(StopPodSandboxRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .build());
        client.runtime()
                .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .build());
    }

    private void requireNothingLeft() {
        int pods = client.runtime()
                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                .getItemsCount();
        int containers = client.runtime()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersCount();
        require(pods + containers == 0, "", pods + " pods and " + containers + " containers are still listed");
    }

    private static String require(boolean holds, String value, String otherwise) {
        if (!holds) throw new IllegalStateException(otherwise);
        return value;
    }
}
