package io.davit.conformance.bench;

import io.davit.conformance.client.CriClient;
import io.davit.conformance.client.Requests;
import io.davit.cri.v1.CreateContainerRequest;
import io.davit.cri.v1.ExecSyncRequest;
import io.davit.cri.v1.LinuxPodSandboxConfig;
import io.davit.cri.v1.NamespaceMode;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemoveContainerRequest;
import io.davit.cri.v1.RemovePodSandboxRequest;
import io.davit.cri.v1.RunPodSandboxRequest;
import io.davit.cri.v1.StartContainerRequest;
import io.davit.cri.v1.StopContainerRequest;
import io.davit.cri.v1.StopPodSandboxRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs pods from RunPodSandbox to RemovePodSandbox and prints what each step took. Arguments: socket, image, a directory
 * for logs, how many pods, how many at a time, runtime handler (may be empty), network "pod" or "host".
 */
public final class PodLives {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private final CriClient client;
    private final Latencies latencies = new Latencies();
    private final String image;
    private final Path logs;
    private final String handler;
    private final boolean hostNetwork;

    private PodLives(CriClient client, String image, Path logs, String handler, boolean hostNetwork) {
        this.client = client;
        this.image = image;
        this.logs = logs;
        this.handler = handler;
        this.hostNetwork = hostNetwork;
    }

    public static void main(String[] arguments) throws InterruptedException {
        int pods = Integer.parseInt(arguments[3]);
        int parallel = Integer.parseInt(arguments[4]);
        try (CriClient client = CriClient.connect(Path.of(arguments[0]), DEADLINE)) {
            PodLives lives = new PodLives(
                    client, arguments[1], Path.of(arguments[2]), arguments[5], arguments[6].equals("host"));
            lives.pull();
            lives.run(pods, parallel);
        }
    }

    private void pull() {
        latencies.time(
                "PullImage",
                () -> client.images()
                        .pullImage(PullImageRequest.newBuilder()
                                .setImage(Requests.image(image))
                                .build()));
    }

    private void run(int pods, int parallel) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < parallel; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int n = next.getAndIncrement(); n < pods; n = next.getAndIncrement()) {
                    int number = n;
                    latencies.time("whole life", () -> life("pod-" + number));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        latencies.lines().forEach(System.out::println);
        System.out.printf("pods per second\t%d\t%.2f%n", pods, pods / seconds);
    }

    private boolean life(String name) {
        PodSandboxConfig pod = pod(name);
        String sandbox = latencies.time(
                "RunPodSandbox",
                () -> client.runtime()
                        .runPodSandbox(RunPodSandboxRequest.newBuilder()
                                .setConfig(pod)
                                .setRuntimeHandler(handler)
                                .build())
                        .getPodSandboxId());
        container(pod, sandbox);
        latencies.time(
                "StopPodSandbox",
                () -> client.runtime()
                        .stopPodSandbox(StopPodSandboxRequest.newBuilder()
                                .setPodSandboxId(sandbox)
                                .build()));
        latencies.time(
                "RemovePodSandbox",
                () -> client.runtime()
                        .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                                .setPodSandboxId(sandbox)
                                .build()));
        return true;
    }

    private void container(PodSandboxConfig pod, String sandbox) {
        String id = latencies.time(
                "CreateContainer",
                () -> client.runtime()
                        .createContainer(CreateContainerRequest.newBuilder()
                                .setPodSandboxId(sandbox)
                                .setConfig(Requests.container("main", image, List.of("sleep", "3600")))
                                .setSandboxConfig(pod)
                                .build())
                        .getContainerId());
        latencies.time(
                "StartContainer",
                () -> client.runtime()
                        .startContainer(StartContainerRequest.newBuilder()
                                .setContainerId(id)
                                .build()));
        latencies.time(
                "ExecSync",
                () -> client.runtime()
                        .execSync(ExecSyncRequest.newBuilder()
                                .setContainerId(id)
                                .addCmd("true")
                                .build()));
        latencies.time(
                "StopContainer",
                () -> client.runtime()
                        .stopContainer(StopContainerRequest.newBuilder()
                                .setContainerId(id)
                                .build()));
        latencies.time(
                "RemoveContainer",
                () -> client.runtime()
                        .removeContainer(RemoveContainerRequest.newBuilder()
                                .setContainerId(id)
                                .build()));
    }

    private PodSandboxConfig pod(String name) {
        PodSandboxConfig.Builder pod = Requests.pod(name, logs.resolve(name).toString()).toBuilder();
        pod.getMetadataBuilder().setUid(UUID.randomUUID().toString());
        if (hostNetwork) {
            pod.clearHostname(); // crun sets none without a UTS namespace of its own
            LinuxPodSandboxConfig.Builder linux = pod.getLinuxBuilder();
            linux.getSecurityContextBuilder().getNamespaceOptionsBuilder().setNetwork(NamespaceMode.NODE);
        }
        return pod.build();
    }
}
