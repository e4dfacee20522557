package io.davit.core.grpc;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Problems;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.operation.CheckpointPod;
import io.davit.core.operation.ContainerRequest;
import io.davit.core.operation.RestorePod;
import io.davit.cri.v1.CheckpointContainerRequest;
import io.davit.cri.v1.CheckpointContainerResponse;
import io.davit.cri.v1.CheckpointPodRequest;
import io.davit.cri.v1.CheckpointPodResponse;
import io.davit.cri.v1.RestorePodRequest;
import io.davit.cri.v1.RestorePodResponse;
import io.davit.cri.v1.RestoredContainer;
import io.davit.cri.v1.RuntimeServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** RPCs of RuntimeService that write containers down and let them go on. */
abstract class CheckpointRpcs extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    /** The kubelet's runtimeRequestTimeout, which it sends for no timeout. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final RuntimeCalls calls;

    CheckpointRpcs(RuntimeCalls calls) {
        this.calls = calls;
    }

    @Override
    public void checkpointContainer(
            CheckpointContainerRequest request, StreamObserver<CheckpointContainerResponse> out) {
        Unary.answer("CheckpointContainer", out, () -> {
            ContainerId id = calls.lookup().container(request.getContainerId()).id();
            Path location = location(request);
            Duration limit = request.getTimeout() == 0 ? LIMIT : Duration.ofSeconds(request.getTimeout());
            calls.checkpointContainer().run(id, location, limit);
            return CheckpointContainerResponse.getDefaultInstance();
        });
    }

    private static Path location(CheckpointContainerRequest request) {
        Problems problems = new Problems();
        String text = request.getLocation();
        Path location = path(text);
        Path directory = location.getParent();
        if (!isPlain(location) || directory == null) {
            problems.add("location", "not the absolute path of a file: '" + text + "'");
        } else if (!Files.isDirectory(directory)) {
            problems.add("location", "there is no directory " + directory);
        } else if (Files.isDirectory(location)) {
            problems.add("location", "is a directory: " + location);
        }
        if (request.getTimeout() < 0) problems.add("timeout", "negative: " + request.getTimeout() + " s");
        problems.throwIfAny();
        return location;
    }

    @Override
    public void checkpointPod(CheckpointPodRequest request, StreamObserver<CheckpointPodResponse> out) {
        Unary.answer("CheckpointPod", out, () -> {
            SandboxId sandbox =
                    calls.lookup().sandbox(request.getPodSandboxId()).id();
            List<ContainerId> containers = request.getContainerIdsList().stream()
                    .map(id -> calls.lookup().container(id).id())
                    .toList();
            Problems problems = new Problems();
            Path output = directory("output_path", request.getOutputPath(), problems);
            if (containers.isEmpty()) problems.add("container_ids", "empty");
            if (new HashSet<>(containers).size() < containers.size()) {
                problems.add("container_ids", "has a container twice");
            }
            refuseOptions(request.getOptionsMap(), problems);
            problems.throwIfAny();
            calls.checkpointPod().run(new CheckpointPod.Request(sandbox, output, containers), new RpcCaller());
            return CheckpointPodResponse.getDefaultInstance();
        });
    }

    @Override
    public void restorePod(RestorePodRequest request, StreamObserver<RestorePodResponse> out) {
        Unary.answer("RestorePod", out, () -> {
            Problems problems = new Problems();
            if (!request.hasConfig()) problems.add("config", "missing");
            Path checkpoint = directory("checkpoint_path", request.getCheckpointPath(), problems);
            refuseOptions(request.getOptionsMap(), problems);
            problems.throwIfAny();
            SandboxSpec spec = SandboxParser.parse(
                    SandboxId.random(calls.random()), request.getConfig(), request.getRuntimeHandler());
            List<ContainerRequest> containers = request.getContainerConfigsList().stream()
                    .map(ContainerParser::parse)
                    .toList();
            return answer(calls.restorePod().run(spec, checkpoint, containers, new RpcCaller()));
        });
    }

    private static RestorePodResponse answer(RestorePod.Restored restored) {
        RestorePodResponse.Builder answer = RestorePodResponse.newBuilder()
                .setPodSandboxId(restored.sandbox().value());
        restored.containers()
                .forEach((name, id) -> answer.addRestoredContainers(RestoredContainer.newBuilder()
                        .setName(name)
                        .setContainerId(id.value())
                        .build()));
        return answer.build();
    }

    /** There are none yet; what a client asks for must not be left undone in silence. */
    private static void refuseOptions(Map<String, String> options, Problems problems) {
        options.keySet().stream().sorted().forEach(key -> problems.add("options", "unknown: '" + key + "'"));
    }

    private static Path directory(String field, String text, Problems problems) {
        Path path = path(text);
        if (!isPlain(path)) problems.add(field, "not an absolute path: '" + text + "'");
        else if (!Files.isDirectory(path)) problems.add(field, "there is no directory " + path);
        return path;
    }

    private static Path path(String text) {
        return Path.of(text.contains("\0") ? "" : text);
    }

    private static boolean isPlain(Path path) {
        return path.isAbsolute() && path.equals(path.normalize());
    }
}
