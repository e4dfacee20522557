package io.davit.conformance.node;

import io.davit.conformance.client.CriClient;
import io.davit.conformance.client.Requests;
import io.davit.cri.v1.CheckpointPodRequest;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.RestorePodRequest;
import io.davit.cri.v1.RestorePodResponse;
import java.nio.file.Path;
import java.util.List;

/** The calls that write pods down and bring them back. */
public final class PodCheckpoints {
    private final CriClient client;
    private final Pods pods;

    public PodCheckpoints(TestNode node) {
        this.client = node.client();
        this.pods = node.pods();
    }

    /** What is asked for; tests change it. */
    public CheckpointPodRequest.Builder request(String pod, Path output, String... containers) {
        return CheckpointPodRequest.newBuilder()
                .setPodSandboxId(pod)
                .setOutputPath(output.toString())
                .addAllContainerIds(List.of(containers));
    }

    public void write(CheckpointPodRequest.Builder request) {
        var _ = client.runtime().checkpointPod(request.build());
    }

    /** A pod of that name with containers that run the same command; tests change it. */
    public RestorePodRequest.Builder restoring(String podName, Path checkpoint, List<String> names, String... command) {
        return RestorePodRequest.newBuilder()
                .setCheckpointPath(checkpoint.toString())
                .setConfig(pods.config(podName))
                .addAllContainerConfigs(
                        names.stream().map(name -> container(name, command)).toList());
    }

    private ContainerConfig container(String name, String... command) {
        return Requests.container(name, pods.image(), List.of(command));
    }

    public RestorePodResponse restore(RestorePodRequest.Builder request) {
        return client.runtime().restorePod(request.build());
    }

    /** The id of a container by its name. */
    public static String container(RestorePodResponse restored, String name) {
        return restored.getRestoredContainersList().stream()
                .filter(container -> container.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getContainerId();
    }
}
