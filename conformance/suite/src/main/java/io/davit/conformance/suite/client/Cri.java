package io.davit.conformance.suite.client;

import io.davit.cri.v1.Container;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerFilter;
import io.davit.cri.v1.ContainerStats;
import io.davit.cri.v1.ContainerStatsFilter;
import io.davit.cri.v1.ContainerStatsRequest;
import io.davit.cri.v1.ContainerStatus;
import io.davit.cri.v1.ContainerStatusRequest;
import io.davit.cri.v1.CreateContainerRequest;
import io.davit.cri.v1.ExecSyncRequest;
import io.davit.cri.v1.ExecSyncResponse;
import io.davit.cri.v1.Image;
import io.davit.cri.v1.ImageFilter;
import io.davit.cri.v1.ImageServiceGrpc;
import io.davit.cri.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.ImageStatusRequest;
import io.davit.cri.v1.LinuxContainerResources;
import io.davit.cri.v1.ListContainerStatsRequest;
import io.davit.cri.v1.ListContainersRequest;
import io.davit.cri.v1.ListImagesRequest;
import io.davit.cri.v1.ListPodSandboxRequest;
import io.davit.cri.v1.PodSandbox;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.PodSandboxStats;
import io.davit.cri.v1.PodSandboxStatsRequest;
import io.davit.cri.v1.PodSandboxStatus;
import io.davit.cri.v1.PodSandboxStatusRequest;
import io.davit.cri.v1.PullImageRequest;
import io.davit.cri.v1.RemoveContainerRequest;
import io.davit.cri.v1.RemoveImageRequest;
import io.davit.cri.v1.RemovePodSandboxRequest;
import io.davit.cri.v1.ReopenContainerLogRequest;
import io.davit.cri.v1.RunPodSandboxRequest;
import io.davit.cri.v1.RuntimeServiceGrpc;
import io.davit.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.davit.cri.v1.StartContainerRequest;
import io.davit.cri.v1.StopContainerRequest;
import io.davit.cri.v1.StopPodSandboxRequest;
import io.davit.cri.v1.UpdateContainerResourcesRequest;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The RPCs that tests call all the time, with plain arguments. Errors are {@code StatusRuntimeException}. */
public final class Cri {
    private final Channel runtimeChannel;
    private final Channel imageChannel;
    private final Duration deadline;

    /** @param deadline of every call that is given none */
    public Cri(Channel runtimeChannel, Channel imageChannel, Duration deadline) {
        this.runtimeChannel = runtimeChannel;
        this.imageChannel = imageChannel;
        this.deadline = deadline;
    }

    public RuntimeServiceBlockingStub runtime() {
        return runtime(deadline);
    }

    public RuntimeServiceBlockingStub runtime(Duration within) {
        return RuntimeServiceGrpc.newBlockingStub(runtimeChannel)
                .withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    public ImageServiceBlockingStub images() {
        return images(deadline);
    }

    public ImageServiceBlockingStub images(Duration within) {
        return ImageServiceGrpc.newBlockingStub(imageChannel)
                .withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    public Channel runtimeChannel() {
        return runtimeChannel;
    }

    public String runPodSandbox(PodSandboxConfig config, String handler) {
        RunPodSandboxRequest request = RunPodSandboxRequest.newBuilder()
                .setConfig(config)
                .setRuntimeHandler(handler)
                .build();
        return runtime().runPodSandbox(request).getPodSandboxId();
    }

    public void stopPodSandbox(String id) {
        var _ = runtime()
                .stopPodSandbox(
                        StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    public void removePodSandbox(String id) {
        var _ = runtime()
                .removePodSandbox(
                        RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }

    public PodSandboxStatus podSandboxStatus(String id) {
        PodSandboxStatusRequest request =
                PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).build();
        return runtime().podSandboxStatus(request).getStatus();
    }

    public List<PodSandbox> listPodSandbox(PodSandboxFilter filter) {
        ListPodSandboxRequest request =
                ListPodSandboxRequest.newBuilder().setFilter(filter).build();
        return runtime().listPodSandbox(request).getItemsList();
    }

    public String createContainer(String pod, ContainerConfig config, PodSandboxConfig podConfig) {
        CreateContainerRequest request = CreateContainerRequest.newBuilder()
                .setPodSandboxId(pod)
                .setConfig(config)
                .setSandboxConfig(podConfig)
                .build();
        return runtime().createContainer(request).getContainerId();
    }

    public void startContainer(String id) {
        var _ = runtime()
                .startContainer(
                        StartContainerRequest.newBuilder().setContainerId(id).build());
    }

    public void stopContainer(String id, long graceSeconds) {
        StopContainerRequest request = StopContainerRequest.newBuilder()
                .setContainerId(id)
                .setTimeout(graceSeconds)
                .build();
        var _ = runtime(deadline.plusSeconds(Math.max(graceSeconds, 0))).stopContainer(request);
    }

    public void removeContainer(String id) {
        var _ = runtime()
                .removeContainer(
                        RemoveContainerRequest.newBuilder().setContainerId(id).build());
    }

    public ContainerStatus containerStatus(String id) {
        ContainerStatusRequest request =
                ContainerStatusRequest.newBuilder().setContainerId(id).build();
        return runtime().containerStatus(request).getStatus();
    }

    public List<Container> listContainers(ContainerFilter filter) {
        ListContainersRequest request =
                ListContainersRequest.newBuilder().setFilter(filter).build();
        return runtime().listContainers(request).getContainersList();
    }

    /** @param timeoutSeconds 0 for none */
    public ExecSyncResponse execSync(String id, long timeoutSeconds, List<String> command) {
        ExecSyncRequest request = ExecSyncRequest.newBuilder()
                .setContainerId(id)
                .setTimeout(timeoutSeconds)
                .addAllCmd(command)
                .build();
        return runtime().execSync(request);
    }

    public void updateContainerResources(String id, LinuxContainerResources resources) {
        UpdateContainerResourcesRequest request = UpdateContainerResourcesRequest.newBuilder()
                .setContainerId(id)
                .setLinux(resources)
                .build();
        var _ = runtime().updateContainerResources(request);
    }

    public void reopenContainerLog(String id) {
        var _ = runtime()
                .reopenContainerLog(ReopenContainerLogRequest.newBuilder()
                        .setContainerId(id)
                        .build());
    }

    public ContainerStats containerStats(String id) {
        ContainerStatsRequest request =
                ContainerStatsRequest.newBuilder().setContainerId(id).build();
        return runtime().containerStats(request).getStats();
    }

    public List<ContainerStats> listContainerStats(ContainerStatsFilter filter) {
        ListContainerStatsRequest request =
                ListContainerStatsRequest.newBuilder().setFilter(filter).build();
        return runtime().listContainerStats(request).getStatsList();
    }

    public PodSandboxStats podSandboxStats(String id) {
        PodSandboxStatsRequest request =
                PodSandboxStatsRequest.newBuilder().setPodSandboxId(id).build();
        return runtime().podSandboxStats(request).getStats();
    }

    /** What PullImage returns: the image's id. */
    public String pullImage(String reference) {
        PullImageRequest request =
                PullImageRequest.newBuilder().setImage(spec(reference)).build();
        return images().pullImage(request).getImageRef();
    }

    /** Empty when the server does not have the image. */
    public Optional<Image> imageStatus(String reference) {
        ImageStatusRequest request =
                ImageStatusRequest.newBuilder().setImage(spec(reference)).build();
        var response = images().imageStatus(request);
        return response.hasImage() ? Optional.of(response.getImage()) : Optional.empty();
    }

    public List<Image> listImages() {
        return images().listImages(ListImagesRequest.getDefaultInstance()).getImagesList();
    }

    public List<Image> listImages(String reference) {
        ImageFilter filter = ImageFilter.newBuilder().setImage(spec(reference)).build();
        return images().listImages(
                        ListImagesRequest.newBuilder().setFilter(filter).build())
                .getImagesList();
    }

    public void removeImage(String reference) {
        var _ = images().removeImage(RemoveImageRequest.newBuilder()
                .setImage(spec(reference))
                .build());
    }

    private static ImageSpec spec(String reference) {
        return ImageSpec.newBuilder().setImage(reference).build();
    }
}
