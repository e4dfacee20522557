package io.davit.conformance.bench;

import io.davit.conformance.client.CriClient;
import io.davit.conformance.client.Requests;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStatusRequest;
import io.davit.cri.v1.CreateContainerRequest;
import io.davit.cri.v1.ExecSyncRequest;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemovePodSandboxRequest;
import io.davit.cri.v1.RunPodSandboxRequest;
import io.davit.cri.v1.StartContainerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens in a container that runs: ExecSync, one at a time and several, and a log that is written as fast as a
 * container can. Arguments: socket, image, a directory for logs, how many commands.
 */
public final class Commands {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final int PARALLEL = 8;
    /** Until the JVMs on both ends have compiled what a node agent runs all day; before that the first calls are measured. */
    private static final int WARM_UP = 400;

    private static final int LOG_ROUNDS = 3;
    /** Of 64 bytes: about 100 MB, and about 160 MB with what the log adds to each. */
    private static final int LOG_LINES = 1_500_000;

    private static final String WRITER =
            "yes 012345678901234567890123456789012345678901234567890123456789012 | head -n " + LOG_LINES;

    private final CriClient client;
    private final Latencies latencies = new Latencies();
    private final String image;
    private final Path logs;

    private Commands(CriClient client, String image, Path logs) {
        this.client = client;
        this.image = image;
        this.logs = logs;
    }

    public static void main(String[] arguments) throws InterruptedException {
        try (CriClient client = CriClient.connect(Path.of(arguments[0]), DEADLINE)) {
            new Commands(client, arguments[1], Path.of(arguments[2])).run(Integer.parseInt(arguments[3]));
        }
    }

    private void run(int count) throws InterruptedException {
        client.images()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(Requests.image(image))
                        .build());
        PodSandboxConfig pod = Requests.pod("commands", logs.toString());
        String sandbox = client.runtime()
                .runPodSandbox(RunPodSandboxRequest.newBuilder().setConfig(pod).build())
                .getPodSandboxId();
        String sleeper = start(pod, sandbox, "sleeper", List.of("sleep", "3600"));
        for (int i = 0; i < WARM_UP; i++) exec(sleeper);
        for (int i = 0; i < count; i++) latencies.time("ExecSync", () -> exec(sleeper));
        inParallel(() -> {
            for (int i = 0; i < count / PARALLEL; i++) {
                latencies.time("ExecSync, " + PARALLEL + " at once", () -> exec(sleeper));
            }
        });
        for (int i = 0; i < LOG_ROUNDS; i++) {
            String name = "writer-" + i;
            latencies.time("100 MB of log", () -> write(pod, sandbox, name));
            latencies.count("log lines missing", LOG_LINES - wholeLines(logs.resolve(name + "/0.log")));
        }
        client.runtime()
                .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .build());
        latencies.lines().forEach(System.out::println);
    }

    private boolean exec(String container) {
        int code = client.runtime()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(container)
                        .addCmd("true")
                        .build())
                .getExitCode();
        if (code != 0) throw new IllegalStateException("true ended with " + code);
        return true;
    }

    private boolean write(PodSandboxConfig pod, String sandbox, String name) {
        String id = start(pod, sandbox, name, List.of("sh", "-c", WRITER));
        while (!exited(id)) pause();
        return true;
    }

    /** At the moment the container is told to have exited: a server may still be writing then. */
    private static long wholeLines(Path log) {
        try (var lines = Files.lines(log)) {
            // A line may come in two pieces; the last of them has the tag F.
            long whole = lines.filter(line -> line.contains(" stdout F ")).count();
            Files.delete(log);
            return whole;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean exited(String id) {
        return client.runtime()
                        .containerStatus(ContainerStatusRequest.newBuilder()
                                .setContainerId(id)
                                .build())
                        .getStatus()
                        .getState()
                == ContainerState.CONTAINER_EXITED;
    }

    private String start(PodSandboxConfig pod, String sandbox, String name, List<String> command) {
        String id = client.runtime()
                .createContainer(CreateContainerRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .setConfig(Requests.container(name, image, command))
                        .setSandboxConfig(pod)
                        .build())
                .getContainerId();
        client.runtime()
                .startContainer(
                        StartContainerRequest.newBuilder().setContainerId(id).build());
        return id;
    }

    private static void inParallel(Runnable work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < PARALLEL; i++) threads.add(Thread.ofVirtual().start(work));
        for (Thread thread : threads) thread.join();
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
