package io.davit.core.grpc;

import io.davit.core.query.RuntimeStatus;
import io.davit.core.spi.BackendInfo;
import io.davit.cri.v1.CgroupDriver;
import io.davit.cri.v1.LinuxRuntimeConfiguration;
import io.davit.cri.v1.RuntimeCondition;
import io.davit.cri.v1.RuntimeConfigResponse;
import io.davit.cri.v1.RuntimeFeatures;
import io.davit.cri.v1.RuntimeHandler;
import io.davit.cri.v1.RuntimeHandlerFeatures;
import io.davit.cri.v1.StatusResponse;
import io.davit.cri.v1.VersionResponse;

/** What davit says of itself. */
final class StatusWriter {
    /** The kubelet's own constant; any other makes it refuse the runtime (cri-semantics 1.1). */
    private static final String KUBELET_API_VERSION = "0.1.0";

    private StatusWriter() {}

    static VersionResponse version(String davit) {
        return VersionResponse.newBuilder()
                .setVersion(KUBELET_API_VERSION)
                .setRuntimeName("davit")
                .setRuntimeVersion(davit)
                .setRuntimeApiVersion("v1")
                .build();
    }

    static StatusResponse status(RuntimeStatus status, boolean verbose) {
        StatusResponse.Builder answer = StatusResponse.newBuilder();
        status.conditions().forEach(condition -> answer.getStatusBuilder().addConditions(condition(condition)));
        status.handlers().forEach(handler -> answer.addRuntimeHandlers(handler(handler)));
        BackendInfo.Features features = status.features();
        answer.setFeatures(RuntimeFeatures.newBuilder()
                .setSupplementalGroupsPolicy(features.supplementalGroupsPolicy())
                .setUserNamespacesHostNetwork(features.userNamespacesHostNetwork())
                .setMountOptions(features.mountOptions()));
        if (verbose) answer.putAllInfo(Verbose.status(status));
        return answer.build();
    }

    private static RuntimeCondition condition(RuntimeStatus.Condition condition) {
        RuntimeCondition.Builder builder = RuntimeCondition.newBuilder()
                .setType(condition.type())
                .setStatus(condition.trouble().isEmpty());
        condition
                .trouble()
                .ifPresent(trouble -> builder.setReason(condition.reason()).setMessage(trouble));
        return builder.build();
    }

    private static RuntimeHandler handler(BackendInfo.Handler handler) {
        return RuntimeHandler.newBuilder()
                .setName(handler.handler().name())
                .setFeatures(RuntimeHandlerFeatures.newBuilder()
                        .setRecursiveReadOnlyMounts(handler.recursiveReadOnlyMounts())
                        .setUserNamespaces(handler.userNamespaces()))
                .build();
    }

    /** The field's zero is SYSTEMD, so it is always set. */
    static RuntimeConfigResponse runtimeConfig(RuntimeStatus status) {
        CgroupDriver driver = switch (status.cgroupDriver()) {
            case SYSTEMD -> CgroupDriver.SYSTEMD;
            case CGROUPFS -> CgroupDriver.CGROUPFS;
        };
        return RuntimeConfigResponse.newBuilder()
                .setLinux(LinuxRuntimeConfiguration.newBuilder().setCgroupDriver(driver))
                .build();
    }
}
