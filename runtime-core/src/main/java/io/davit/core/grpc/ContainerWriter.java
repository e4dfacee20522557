package io.davit.core.grpc;

import io.davit.core.domain.ImageSpec;
import io.davit.core.domain.Mount;
import io.davit.core.domain.ProcessUser;
import io.davit.core.domain.Resources;
import io.davit.core.query.ListContainers;
import io.davit.core.store.ContainerRecord;
import io.davit.cri.v1.Container;
import io.davit.cri.v1.ContainerAttributes;
import io.davit.cri.v1.ContainerMetadata;
import io.davit.cri.v1.ContainerResources;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStatus;
import io.davit.cri.v1.ContainerUser;
import io.davit.cri.v1.HugepageLimit;
import io.davit.cri.v1.LinuxContainerResources;
import io.davit.cri.v1.LinuxContainerUser;
import io.davit.cri.v1.MountPropagation;

/** Containers as the protocol shows them. */
final class ContainerWriter {
    private ContainerWriter() {}

    static Container item(ContainerRecord record) {
        return Container.newBuilder()
                .setId(record.id().value())
                .setPodSandboxId(record.sandbox().value())
                .setMetadata(metadata(record))
                .setImage(image(record.spec().image()))
                .setImageRef(record.spec().imageReference())
                .setImageId(record.spec().imageId().toString())
                .setState(state(record))
                .setCreatedAt(SandboxWriter.nanos(record.state().createdAt()))
                .putAllLabels(record.spec().labels())
                .putAllAnnotations(record.spec().annotations())
                .build();
    }

    static ContainerStatus status(ContainerRecord record) {
        ContainerStatus.Builder status = ContainerStatus.newBuilder()
                .setId(record.id().value())
                .setMetadata(metadata(record))
                .setState(state(record))
                .setCreatedAt(SandboxWriter.nanos(record.state().createdAt()))
                .setImage(image(record.spec().image()))
                .setImageRef(record.spec().imageReference())
                .setImageId(record.spec().imageId().toString())
                .putAllLabels(record.spec().labels())
                .putAllAnnotations(record.spec().annotations())
                .setResources(ContainerResources.newBuilder().setLinux(resources(record.resources())))
                .setStopSignal(SignalCodes.write(record.spec().stopSignal()));
        record.state().begun().ifPresent(at -> status.setStartedAt(SandboxWriter.nanos(at)));
        record.state()
                .ended()
                .ifPresent(exit -> status.setFinishedAt(SandboxWriter.nanos(exit.finishedAt()))
                        .setExitCode(exit.code())
                        .setReason(exit.reason())
                        .setMessage(exit.message()));
        record.spec().logPath().ifPresent(path -> status.setLogPath(path.toString()));
        record.user()
                .ifPresent(user -> status.setUser(ContainerUser.newBuilder().setLinux(user(user))));
        record.spec().mounts().forEach(mount -> status.addMounts(mount(mount)));
        return status.build();
    }

    static ContainerAttributes attributes(ContainerRecord record) {
        return ContainerAttributes.newBuilder()
                .setId(record.id().value())
                .setMetadata(metadata(record))
                .putAllLabels(record.spec().labels())
                .putAllAnnotations(record.spec().annotations())
                .build();
    }

    private static ContainerMetadata metadata(ContainerRecord record) {
        return ContainerMetadata.newBuilder()
                .setName(record.spec().name().name())
                .setAttempt((int) record.spec().name().attempt())
                .build();
    }

    private static ContainerState state(ContainerRecord record) {
        return switch (ListContainers.State.of(record)) {
            case CREATED -> ContainerState.CONTAINER_CREATED;
            case RUNNING -> ContainerState.CONTAINER_RUNNING;
            case EXITED -> ContainerState.CONTAINER_EXITED;
            case UNKNOWN -> ContainerState.CONTAINER_UNKNOWN;
        };
    }

    private static io.davit.cri.v1.ImageSpec image(ImageSpec spec) {
        return io.davit.cri.v1.ImageSpec.newBuilder()
                .setImage(spec.image())
                .putAllAnnotations(spec.annotations())
                .setUserSpecifiedImage(spec.userSpecifiedImage())
                .setRuntimeHandler(spec.runtimeHandler().name())
                .setImageRef(spec.reference())
                .build();
    }

    private static LinuxContainerUser user(ProcessUser user) {
        return LinuxContainerUser.newBuilder()
                .setUid(user.uid())
                .setGid(user.gid())
                .addAllSupplementalGroups(user.supplementalGroups())
                .build();
    }

    static LinuxContainerResources resources(Resources resources) {
        LinuxContainerResources.Builder builder = LinuxContainerResources.newBuilder()
                .setCpuPeriod(resources.cpuPeriodMicros())
                .setCpuQuota(resources.cpuQuotaMicros())
                .setCpuShares(resources.cpuShares())
                .setMemoryLimitInBytes(resources.memoryLimitBytes())
                .setOomScoreAdj(resources.oomScoreAdj())
                .setCpusetCpus(resources.cpusetCpus())
                .setCpusetMems(resources.cpusetMems())
                .putAllUnified(resources.unified())
                .setMemorySwapLimitInBytes(resources.memorySwapLimitBytes());
        resources
                .hugepageLimits()
                .forEach(limit -> builder.addHugepageLimits(
                        HugepageLimit.newBuilder().setPageSize(limit.pageSize()).setLimit(limit.limitBytes())));
        return builder.build();
    }

    private static io.davit.cri.v1.Mount mount(Mount mount) {
        io.davit.cri.v1.Mount.Builder builder = io.davit.cri.v1.Mount.newBuilder()
                .setContainerPath(mount.containerPath())
                .setReadonly(mount.readonly())
                .setRecursiveReadOnly(mount.recursiveReadOnly())
                .setSelinuxRelabel(mount.selinuxRelabel())
                .setPropagation(propagation(mount.propagation()))
                .addAllUidMappings(SandboxWriter.mappings(mount.uidMappings()))
                .addAllGidMappings(SandboxWriter.mappings(mount.gidMappings()))
                .addAllMountOptions(mount.options());
        switch (mount.source()) {
            case Mount.Source.HostPath(String path) -> builder.setHostPath(path);
            case Mount.Source.ImageVolume(ImageSpec image, String subPath, var _) ->
                builder.setImage(image(image)).setImageSubPath(subPath);
        }
        return builder.build();
    }

    private static MountPropagation propagation(Mount.Propagation propagation) {
        return switch (propagation) {
            case PRIVATE -> MountPropagation.PROPAGATION_PRIVATE;
            case HOST_TO_CONTAINER -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
            case BIDIRECTIONAL -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
        };
    }
}
