package io.davit.conformance.suite.contract;

import io.davit.cri.v1.ImageServiceGrpc;
import io.davit.cri.v1.RuntimeServiceGrpc;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** The RPCs of the CRI v1. */
public final class Rpcs {
    /**
     * RPCs that a server may answer with UNIMPLEMENTED: clients fall back, or the API calls them optional or alpha.
     * Sources: KEP-5825 (streamed lists), KEP-3386 (events), KEP-2371 (pod statistics and metrics), KEP-4033
     * (RuntimeConfig), KEP-1287 (UpdatePodSandboxResources), KEP-2008 (CheckpointContainer), KEP-5823 (pod checkpoints).
     */
    private static final Set<String> OPTIONAL = Set.of(
            "StreamPodSandboxes",
            "StreamContainers",
            "StreamContainerStats",
            "StreamPodSandboxStats",
            "StreamPodSandboxMetrics",
            "StreamImages",
            "GetContainerEvents",
            "PodSandboxStats",
            "ListPodSandboxStats",
            "ListMetricDescriptors",
            "ListPodSandboxMetrics",
            "RuntimeConfig",
            "UpdatePodSandboxResources",
            "CheckpointContainer",
            "CheckpointPod",
            "RestorePod");

    private static final List<String> ALL = Stream.of(
                    RuntimeServiceGrpc.getServiceDescriptor(), ImageServiceGrpc.getServiceDescriptor())
            .flatMap(service -> service.getMethods().stream())
            .map(Rpcs::name)
            .toList();

    private Rpcs() {}

    /** All names, in the order of the API: first the runtime's, then the images'. */
    public static List<String> all() {
        return ALL;
    }

    public static boolean optional(String rpc) {
        return OPTIONAL.contains(rpc);
    }

    public static String name(MethodDescriptor<?, ?> method) {
        return Objects.requireNonNull(method.getBareMethodName());
    }
}
