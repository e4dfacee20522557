package io.davit.core.boot;

import io.davit.core.grpc.ImageArchivesRpc;
import io.davit.core.grpc.ImageServiceRpc;
import io.davit.core.grpc.RuntimeCalls;
import io.davit.core.grpc.RuntimeServiceRpc;
import io.davit.core.node.Node;
import io.davit.core.observe.Meter;
import io.davit.core.operation.ArchiveImages;
import io.davit.core.operation.CheckpointContainer;
import io.davit.core.operation.CheckpointPod;
import io.davit.core.operation.CreateContainer;
import io.davit.core.operation.ExecSync;
import io.davit.core.operation.PullImage;
import io.davit.core.operation.ReleaseNetwork;
import io.davit.core.operation.RemoveContainer;
import io.davit.core.operation.RemoveImage;
import io.davit.core.operation.RemovePodSandbox;
import io.davit.core.operation.ReopenContainerLog;
import io.davit.core.operation.RestorePod;
import io.davit.core.operation.RunPodSandbox;
import io.davit.core.operation.StartContainer;
import io.davit.core.operation.StopContainer;
import io.davit.core.operation.StopPodSandbox;
import io.davit.core.operation.UpdateContainerResources;
import io.davit.core.operation.UpdatePodSandboxResources;
import io.davit.core.query.ContainerStatistics;
import io.davit.core.query.ListContainers;
import io.davit.core.query.ListPodSandbox;
import io.davit.core.query.NodeImages;
import io.davit.core.query.ObjectLookup;
import io.davit.core.query.PodMetrics;
import io.davit.core.query.RuntimeStatus;
import io.davit.core.query.SandboxStatistics;
import io.davit.core.query.UsageSampler;
import io.davit.core.recovery.NetworkCare;
import io.davit.core.recovery.Reconciler;
import io.davit.core.recovery.Recovery;
import io.davit.core.streaming.StreamingServer;
import java.util.List;
import java.util.random.RandomGenerator;

/** The operations of one node, made once: those that call each other share their objects. */
record Operations(
        Node node,
        RandomGenerator random,
        StopContainer stopContainer,
        RemoveContainer removeContainer,
        StopPodSandbox stopPodSandbox,
        RemovePodSandbox removePodSandbox,
        ReleaseNetwork releaseNetwork) {
    static Operations on(Node node, RandomGenerator random) {
        StopContainer stopContainer = new StopContainer(node);
        RemoveContainer removeContainer = new RemoveContainer(node, stopContainer);
        ReleaseNetwork releaseNetwork = new ReleaseNetwork(node);
        StopPodSandbox stopPodSandbox = new StopPodSandbox(node, stopContainer, releaseNetwork);
        RemovePodSandbox removePodSandbox =
                new RemovePodSandbox(node, stopContainer, stopPodSandbox, removeContainer, releaseNetwork);
        return new Operations(
                node, random, stopContainer, removeContainer, stopPodSandbox, removePodSandbox, releaseNetwork);
    }

    RuntimeServiceRpc runtimeService(String version, StreamingServer streaming, UsageSampler sampler) {
        return new RuntimeServiceRpc(runtimeCalls(version, streaming, sampler));
    }

    ImageServiceRpc imageService(Meter meter) {
        return new ImageServiceRpc(new PullImage(node, meter), new RemoveImage(node, meter), new NodeImages(node));
    }

    ImageArchivesRpc imageArchives() {
        return new ImageArchivesRpc(new ArchiveImages(node));
    }

    private RuntimeCalls runtimeCalls(String version, StreamingServer streaming, UsageSampler sampler) {
        ListPodSandbox listPodSandbox = new ListPodSandbox(node.store());
        ListContainers listContainers = new ListContainers(node.store());
        ContainerStatistics containerStatistics = new ContainerStatistics(listContainers, sampler);
        SandboxStatistics sandboxStatistics =
                new SandboxStatistics(listPodSandbox, listContainers, containerStatistics, sampler);
        RunPodSandbox runPodSandbox = new RunPodSandbox(node, removePodSandbox, releaseNetwork);
        CreateContainer createContainer = new CreateContainer(node, removeContainer, random);
        CheckpointContainer checkpointContainer = new CheckpointContainer(node);
        return new RuntimeCalls(
                version,
                runPodSandbox,
                stopPodSandbox,
                removePodSandbox,
                createContainer,
                new StartContainer(node),
                stopContainer,
                removeContainer,
                new UpdateContainerResources(node),
                new UpdatePodSandboxResources(node),
                new ReopenContainerLog(node),
                checkpointContainer,
                new CheckpointPod(node, checkpointContainer),
                new RestorePod(node, runPodSandbox, createContainer, random),
                new ExecSync(node),
                streaming,
                new ObjectLookup(node.store()),
                listPodSandbox,
                listContainers,
                containerStatistics,
                sandboxStatistics,
                new PodMetrics(sandboxStatistics),
                new RuntimeStatus(node),
                node.networks(),
                node.store().events(),
                node.clock(),
                random);
    }

    Reconciler reconcile(List<Recovery.Orphan> orphans) {
        return Reconciler.start(
                node,
                stopPodSandbox,
                removePodSandbox,
                removeContainer,
                new NetworkCare(node, releaseNetwork),
                orphans);
    }
}
