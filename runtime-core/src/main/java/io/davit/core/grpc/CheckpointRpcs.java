package io.davit.core.grpc;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Problems;
import io.davit.cri.v1.CheckpointContainerRequest;
import io.davit.cri.v1.CheckpointContainerResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The RPC of RuntimeService that writes containers down. */
abstract class CheckpointRpcs extends UnservedRpcs {
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
        Path location = Path.of(text.contains("\0") ? "" : text);
        Path directory = location.getParent();
        if (!location.isAbsolute() || directory == null || !location.equals(location.normalize())) {
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
}
