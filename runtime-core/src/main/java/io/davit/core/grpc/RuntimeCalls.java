package io.davit.core.grpc;

import io.davit.core.node.Networks;
import io.davit.core.operation.CheckpointContainer;
import io.davit.core.operation.CheckpointPod;
import io.davit.core.operation.CreateContainer;
import io.davit.core.operation.ExecSync;
import io.davit.core.operation.RemoveContainer;
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
import io.davit.core.query.ObjectLookup;
import io.davit.core.query.PodMetrics;
import io.davit.core.query.RuntimeStatus;
import io.davit.core.query.SandboxStatistics;
import io.davit.core.store.EventLog;
import io.davit.core.streaming.StreamingServer;
import java.time.Clock;
import java.util.random.RandomGenerator;

/** What RuntimeService calls, put together once at start. {@code version} is davit's own. */
public record RuntimeCalls(
        String version,
        RunPodSandbox runPodSandbox,
        StopPodSandbox stopPodSandbox,
        RemovePodSandbox removePodSandbox,
        CreateContainer createContainer,
        StartContainer startContainer,
        StopContainer stopContainer,
        RemoveContainer removeContainer,
        UpdateContainerResources updateContainerResources,
        UpdatePodSandboxResources updatePodSandboxResources,
        ReopenContainerLog reopenContainerLog,
        CheckpointContainer checkpointContainer,
        CheckpointPod checkpointPod,
        RestorePod restorePod,
        ExecSync execSync,
        StreamingServer streaming,
        ObjectLookup lookup,
        ListPodSandbox listPodSandbox,
        ListContainers listContainers,
        ContainerStatistics containerStatistics,
        SandboxStatistics sandboxStatistics,
        PodMetrics podMetrics,
        RuntimeStatus status,
        Networks networks,
        EventLog events,
        Clock clock,
        RandomGenerator random) {}
