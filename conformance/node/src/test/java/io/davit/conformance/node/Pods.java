package io.davit.conformance.node;

import io.davit.conformance.client.CriClient;
import io.davit.conformance.client.Requests;
import io.davit.cri.v1.Container;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerStatus;
import io.davit.cri.v1.ContainerStatusRequest;
import io.davit.cri.v1.CreateContainerRequest;
import io.davit.cri.v1.ExecSyncRequest;
import io.davit.cri.v1.ExecSyncResponse;
import io.davit.cri.v1.Image;
import io.davit.cri.v1.ListContainersRequest;
import io.davit.cri.v1.ListImagesRequest;
import io.davit.cri.v1.ListPodSandboxRequest;
import io.davit.cri.v1.PodSandbox;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxStatus;
import io.davit.cri.v1.PodSandboxStatusRequest;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemoveContainerRequest;
import io.davit.cri.v1.RemovePodSandboxRequest;
import io.davit.cri.v1.RunPodSandboxRequest;
import io.davit.cri.v1.StartContainerRequest;
import io.davit.cri.v1.StopContainerRequest;
import io.davit.cri.v1.StopPodSandboxRequest;
import java.nio.file.Path;
import java.util.List;

/** The calls of the kubelet in short words: names in, ids out. Thread-safe. */
public final class Pods {
    private final CriClient client;
    private final Path logs;
    private final String image;

    /** @param image what containers run that say nothing else */
    public Pods(CriClient client, Path logs, String image) {
        this.client = client;
        this.logs = logs;
        this.image = image;
    }

    public String image() {
        return image;
    }

    public PodSandboxConfig config(String pod) {
        return Requests.pod(pod, logs.resolve(pod).toString());
    }

    /** The same pod in its next life. */
    public PodSandboxConfig config(String pod, int attempt) {
        PodSandboxConfig first = config(pod);
        return first.toBuilder()
                .setMetadata(first.getMetadata().toBuilder().setAttempt(attempt))
                .build();
    }

    public String run(String pod) {
        return run(config(pod));
    }

    public String run(PodSandboxConfig config) {
        return client.runtime()
                .runPodSandbox(
                        RunPodSandboxRequest.newBuilder().setConfig(config).build())
                .getPodSandboxId();
    }

    public void stopPod(String id) {
        var _ = client.runtime()
                .stopPodSandbox(
                        StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    public void removePod(String id) {
        var _ = client.runtime()
                .removePodSandbox(
                        RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    public PodSandboxStatus podStatus(String id) {
        return client.runtime()
                .podSandboxStatus(
                        PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).build())
                .getStatus();
    }

    public List<PodSandbox> list() {
        return client.runtime()
                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                .getItemsList();
    }

    /** A container of that image; the pod must be called {@code podName}. */
    public String create(String pod, String podName, String name, String... command) {
        return create(pod, podName, Requests.container(name, image, List.of(command)));
    }

    public String create(String pod, String podName, ContainerConfig config) {
        return client.runtime()
                .createContainer(CreateContainerRequest.newBuilder()
                        .setPodSandboxId(pod)
                        .setConfig(config)
                        .setSandboxConfig(config(podName))
                        .build())
                .getContainerId();
    }

    public void start(String id) {
        var _ = client.runtime()
                .startContainer(
                        StartContainerRequest.newBuilder().setContainerId(id).build());
    }

    public void stop(String id, long graceSeconds) {
        var _ = client.runtime()
                .stopContainer(StopContainerRequest.newBuilder()
                        .setContainerId(id)
                        .setTimeout(graceSeconds)
                        .build());
    }

    public void remove(String id) {
        var _ = client.runtime()
                .removeContainer(
                        RemoveContainerRequest.newBuilder().setContainerId(id).build());
    }

    public ContainerStatus status(String id) {
        return client.runtime()
                .containerStatus(
                        ContainerStatusRequest.newBuilder().setContainerId(id).build())
                .getStatus();
    }

    public List<Container> listContainers() {
        return client.runtime()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersList();
    }

    public ExecSyncResponse exec(String id, long limitSeconds, String... command) {
        return client.runtime()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .addAllCmd(List.of(command))
                        .setTimeout(limitSeconds)
                        .build());
    }

    public String pull(String image) {
        return client.images()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(Requests.image(image))
                        .build())
                .getImageRef();
    }

    public List<Image> listImages() {
        return client.images()
                .listImages(ListImagesRequest.getDefaultInstance())
                .getImagesList();
    }

    public Path logs() {
        return logs;
    }
}
