package io.davit.core.grpc;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Problems;
import io.davit.core.domain.Resources;
import io.davit.core.domain.SandboxId;
import io.davit.core.store.ContainerRecord;
import io.davit.cri.v1.UpdateContainerResourcesRequest;
import io.davit.cri.v1.UpdateContainerResourcesResponse;
import io.davit.cri.v1.UpdatePodSandboxResourcesRequest;
import io.davit.cri.v1.UpdatePodSandboxResourcesResponse;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** The RPCs of RuntimeService that change what containers and pods may use. */
abstract class ResourcesRpcs extends StatisticsRpcs {
    private final RuntimeCalls calls;

    ResourcesRpcs(RuntimeCalls calls) {
        super(calls);
        this.calls = calls;
    }

    @Override
    public void updateContainerResources(
            UpdateContainerResourcesRequest request, StreamObserver<UpdateContainerResourcesResponse> out) {
        Unary.answer("UpdateContainerResources", out, () -> {
            if (!request.hasLinux()) throw Fault.invalid("linux", "missing");
            Problems problems = new Problems();
            Resources change = new ResourcesParser(new Fields(problems)).parse("linux", request.getLinux());
            problems.throwIfAny();
            ContainerRecord record = calls.lookup().container(request.getContainerId());
            calls.updateContainerResources().run(record.id(), change);
            return UpdateContainerResourcesResponse.getDefaultInstance();
        });
    }

    @Override
    public void updatePodSandboxResources(
            UpdatePodSandboxResourcesRequest request, StreamObserver<UpdatePodSandboxResourcesResponse> out) {
        Unary.answer("UpdatePodSandboxResources", out, () -> {
            Problems problems = new Problems();
            ResourcesParser parser = new ResourcesParser(new Fields(problems));
            Optional<Resources> overhead = request.hasOverhead()
                    ? Optional.of(parser.parse("overhead", request.getOverhead()))
                    : Optional.empty();
            Optional<Resources> resources = request.hasResources()
                    ? Optional.of(parser.parse("resources", request.getResources()))
                    : Optional.empty();
            problems.throwIfAny();
            SandboxId id = calls.lookup().sandbox(request.getPodSandboxId()).id();
            calls.updatePodSandboxResources().run(id, overhead, resources);
            return UpdatePodSandboxResourcesResponse.getDefaultInstance();
        });
    }
}
