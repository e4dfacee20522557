package io.davit.core.grpc;

import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.operation.ContainerRequest;
import io.davit.core.query.ListContainers;
import io.davit.core.query.ListPodSandbox;
import io.davit.core.query.PodReading;
import io.davit.core.store.ContainerRecord;
import io.davit.cri.v1.AttachRequest;
import io.davit.cri.v1.AttachResponse;
import io.davit.cri.v1.ContainerEventResponse;
import io.davit.cri.v1.ContainerStatusRequest;
import io.davit.cri.v1.ContainerStatusResponse;
import io.davit.cri.v1.CreateContainerRequest;
import io.davit.cri.v1.CreateContainerResponse;
import io.davit.cri.v1.ExecRequest;
import io.davit.cri.v1.ExecResponse;
import io.davit.cri.v1.ExecSyncRequest;
import io.davit.cri.v1.ExecSyncResponse;
import io.davit.cri.v1.GetEventsRequest;
import io.davit.cri.v1.ListContainersRequest;
import io.davit.cri.v1.ListContainersResponse;
import io.davit.cri.v1.ListPodSandboxRequest;
import io.davit.cri.v1.ListPodSandboxResponse;
import io.davit.cri.v1.PodSandboxStatusRequest;
import io.davit.cri.v1.PodSandboxStatusResponse;
import io.davit.cri.v1.PortForwardRequest;
import io.davit.cri.v1.PortForwardResponse;
import io.davit.cri.v1.RemoveContainerRequest;
import io.davit.cri.v1.RemoveContainerResponse;
import io.davit.cri.v1.RemovePodSandboxRequest;
import io.davit.cri.v1.RemovePodSandboxResponse;
import io.davit.cri.v1.ReopenContainerLogRequest;
import io.davit.cri.v1.ReopenContainerLogResponse;
import io.davit.cri.v1.RunPodSandboxRequest;
import io.davit.cri.v1.RunPodSandboxResponse;
import io.davit.cri.v1.RuntimeConfigRequest;
import io.davit.cri.v1.RuntimeConfigResponse;
import io.davit.cri.v1.StartContainerRequest;
import io.davit.cri.v1.StartContainerResponse;
import io.davit.cri.v1.StatusRequest;
import io.davit.cri.v1.StatusResponse;
import io.davit.cri.v1.StopContainerRequest;
import io.davit.cri.v1.StopContainerResponse;
import io.davit.cri.v1.StopPodSandboxRequest;
import io.davit.cri.v1.StopPodSandboxResponse;
import io.davit.cri.v1.StreamContainersRequest;
import io.davit.cri.v1.StreamContainersResponse;
import io.davit.cri.v1.StreamPodSandboxesRequest;
import io.davit.cri.v1.StreamPodSandboxesResponse;
import io.davit.cri.v1.UpdateRuntimeConfigRequest;
import io.davit.cri.v1.UpdateRuntimeConfigResponse;
import io.davit.cri.v1.VersionRequest;
import io.davit.cri.v1.VersionResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** RuntimeService on the wire: one short method per RPC, in the order of the protocol. */
public final class RuntimeServiceRpc extends ResourcesRpcs {
    private final RuntimeCalls calls;

    public RuntimeServiceRpc(RuntimeCalls calls) {
        super(calls);
        this.calls = calls;
    }

    @Override
    public void version(VersionRequest request, StreamObserver<VersionResponse> out) {
        Unary.answer("Version", out, () -> StatusWriter.version(calls.version()));
    }

    @Override
    public void runPodSandbox(RunPodSandboxRequest request, StreamObserver<RunPodSandboxResponse> out) {
        Unary.answer("RunPodSandbox", out, () -> {
            if (!request.hasConfig()) throw Fault.invalid("config", "missing");
            SandboxId fresh = SandboxId.random(calls.random());
            SandboxSpec spec = SandboxParser.parse(fresh, request.getConfig(), request.getRuntimeHandler());
            SandboxId id = calls.runPodSandbox().run(spec, new RpcCaller());
            return RunPodSandboxResponse.newBuilder()
                    .setPodSandboxId(id.value())
                    .build();
        });
    }

    @Override
    public void stopPodSandbox(StopPodSandboxRequest request, StreamObserver<StopPodSandboxResponse> out) {
        Unary.answer("StopPodSandbox", out, () -> {
            calls.lookup().findSandbox(request.getPodSandboxId()).ifPresent(calls.stopPodSandbox()::run);
            return StopPodSandboxResponse.getDefaultInstance();
        });
    }

    @Override
    public void removePodSandbox(RemovePodSandboxRequest request, StreamObserver<RemovePodSandboxResponse> out) {
        Unary.answer("RemovePodSandbox", out, () -> {
            calls.lookup().findSandbox(request.getPodSandboxId()).ifPresent(calls.removePodSandbox()::run);
            return RemovePodSandboxResponse.getDefaultInstance();
        });
    }

    @Override
    public void podSandboxStatus(PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> out) {
        Unary.answer("PodSandboxStatus", out, () -> {
            PodReading.Seen pod =
                    new PodReading(calls.lookup(), calls.listContainers(), calls.clock()).of(request.getPodSandboxId());
            PodSandboxStatusResponse.Builder answer = PodSandboxStatusResponse.newBuilder()
                    .setStatus(SandboxWriter.status(pod.sandbox()))
                    .setTimestamp(SandboxWriter.nanos(pod.at()));
            pod.containers().forEach(container -> answer.addContainersStatuses(ContainerWriter.status(container)));
            if (request.getVerbose()) answer.putAllInfo(Verbose.sandbox(pod.sandbox()));
            return answer.build();
        });
    }

    @Override
    public void listPodSandbox(ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> out) {
        Unary.answer("ListPodSandbox", out, () -> {
            ListPodSandboxResponse.Builder answer = ListPodSandboxResponse.newBuilder();
            calls.listPodSandbox()
                    .run(FilterParser.sandboxes(request.getFilter()))
                    .forEach(record -> answer.addItems(SandboxWriter.item(record)));
            return answer.build();
        });
    }

    @Override
    public void streamPodSandboxes(StreamPodSandboxesRequest request, StreamObserver<StreamPodSandboxesResponse> out) {
        ServerStream.answer("StreamPodSandboxes", out, stream -> {
            ListPodSandbox.Filter filter = FilterParser.sandboxes(request.getFilter());
            for (var batch : Batches.of(calls.listPodSandbox().run(filter), SandboxWriter::item)) {
                stream.send(StreamPodSandboxesResponse.newBuilder()
                        .addAllPodSandboxes(batch)
                        .build());
            }
        });
    }

    @Override
    public void createContainer(CreateContainerRequest request, StreamObserver<CreateContainerResponse> out) {
        Unary.answer("CreateContainer", out, () -> {
            if (!request.hasConfig()) throw Fault.invalid("config", "missing");
            SandboxId sandbox =
                    calls.lookup().sandbox(request.getPodSandboxId()).id();
            ContainerRequest wanted = ContainerParser.parse(request.getConfig());
            String id = calls.createContainer()
                    .run(sandbox, wanted, new RpcCaller())
                    .value();
            return CreateContainerResponse.newBuilder().setContainerId(id).build();
        });
    }

    @Override
    public void startContainer(StartContainerRequest request, StreamObserver<StartContainerResponse> out) {
        Unary.answer("StartContainer", out, () -> {
            calls.startContainer()
                    .run(calls.lookup().container(request.getContainerId()).id());
            return StartContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void stopContainer(StopContainerRequest request, StreamObserver<StopContainerResponse> out) {
        Unary.answer("StopContainer", out, () -> {
            GracePeriod grace = GracePeriod.ofSeconds(request.getTimeout());
            calls.lookup()
                    .findContainer(request.getContainerId())
                    .ifPresent(id -> calls.stopContainer().run(id, grace));
            return StopContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void removeContainer(RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> out) {
        Unary.answer("RemoveContainer", out, () -> {
            calls.lookup().findContainer(request.getContainerId()).ifPresent(calls.removeContainer()::run);
            return RemoveContainerResponse.getDefaultInstance();
        });
    }

    @Override
    public void listContainers(ListContainersRequest request, StreamObserver<ListContainersResponse> out) {
        Unary.answer("ListContainers", out, () -> {
            ListContainersResponse.Builder answer = ListContainersResponse.newBuilder();
            calls.listContainers()
                    .run(FilterParser.containers(request.getFilter()))
                    .forEach(record -> answer.addContainers(ContainerWriter.item(record)));
            return answer.build();
        });
    }

    @Override
    public void streamContainers(StreamContainersRequest request, StreamObserver<StreamContainersResponse> out) {
        ServerStream.answer("StreamContainers", out, stream -> {
            ListContainers.Filter filter = FilterParser.containers(request.getFilter());
            for (var batch : Batches.of(calls.listContainers().run(filter), ContainerWriter::item)) {
                stream.send(StreamContainersResponse.newBuilder()
                        .addAllContainers(batch)
                        .build());
            }
        });
    }

    @Override
    public void containerStatus(ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> out) {
        Unary.answer("ContainerStatus", out, () -> {
            ContainerRecord record = calls.lookup().container(request.getContainerId());
            ContainerStatusResponse.Builder answer =
                    ContainerStatusResponse.newBuilder().setStatus(ContainerWriter.status(record));
            if (request.getVerbose()) answer.putAllInfo(Verbose.container(record));
            return answer.build();
        });
    }

    @Override
    public void reopenContainerLog(ReopenContainerLogRequest request, StreamObserver<ReopenContainerLogResponse> out) {
        Unary.answer("ReopenContainerLog", out, () -> {
            calls.reopenContainerLog()
                    .run(calls.lookup().container(request.getContainerId()).id());
            return ReopenContainerLogResponse.getDefaultInstance();
        });
    }

    @Override
    public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> out) {
        Unary.answer("ExecSync", out, () -> ExecSyncAnswer.of(calls, request));
    }

    @Override
    public void exec(ExecRequest request, StreamObserver<ExecResponse> out) {
        Unary.answer("Exec", out, () -> StreamingAnswers.exec(calls, request));
    }

    @Override
    public void attach(AttachRequest request, StreamObserver<AttachResponse> out) {
        Unary.answer("Attach", out, () -> StreamingAnswers.attach(calls, request));
    }

    @Override
    public void portForward(PortForwardRequest request, StreamObserver<PortForwardResponse> out) {
        Unary.answer("PortForward", out, () -> StreamingAnswers.portForward(calls, request));
    }

    /** Only a CNI configuration with the ipRanges capability cares for the ranges (cri-semantics 1.27). */
    @Override
    public void updateRuntimeConfig(
            UpdateRuntimeConfigRequest request, StreamObserver<UpdateRuntimeConfigResponse> out) {
        Unary.answer("UpdateRuntimeConfig", out, () -> {
            String cidrs = request.getRuntimeConfig().getNetworkConfig().getPodCidr();
            calls.networks()
                    .podCidrs(
                            cidrs.isEmpty() ? List.of() : List.of(cidrs.strip().split("\\s*,\\s*")));
            return UpdateRuntimeConfigResponse.getDefaultInstance();
        });
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> out) {
        Unary.answer("Status", out, () -> StatusWriter.status(calls.status(), request.getVerbose()));
    }

    @Override
    public void getContainerEvents(GetEventsRequest request, StreamObserver<ContainerEventResponse> out) {
        ServerStream.answer("GetContainerEvents", out, stream -> EventWriter.sendAll(calls.events(), stream));
    }

    @Override
    public void runtimeConfig(RuntimeConfigRequest request, StreamObserver<RuntimeConfigResponse> out) {
        Unary.answer("RuntimeConfig", out, () -> StatusWriter.runtimeConfig(calls.status()));
    }
}
