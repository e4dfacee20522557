package io.davit.backend.docker.container;

import com.github.dockerjava.api.command.UpdateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import io.davit.backend.docker.engine.OomScores;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Resources;

/** Limits in Docker's words. What is not said stays away: 0 means "unchanged" to both. */
final class ResourceRequests {
    private ResourceRequests() {}

    /** @throws Fault Unsupported for what the Engine API has no field for */
    static void refuseUnserved(Resources resources) {
        if (!resources.unified().isEmpty()) {
            throw new Fault(new Fault.Kind.Unsupported(
                    "linux.resources.unified " + resources.unified().keySet(),
                    "the Engine API has no field for files of a control group; turn the kubelet's MemoryQoS off"));
        }
        // The kubelet names every page size, mostly with 0, and bounds the pod's own group, too.
        resources.hugepageLimits().stream()
                .filter(limit -> limit.limitBytes() > 0)
                .findFirst()
                .ifPresent(limit -> {
                    throw new Fault(new Fault.Kind.Unsupported(
                            "linux.resources.hugepage_limits of " + limit.pageSize(),
                            "the Engine API has no field for it"));
                });
    }

    static void apply(Resources resources, HostConfig config) {
        if (resources.cpuPeriodMicros() != 0) config.withCpuPeriod(resources.cpuPeriodMicros());
        if (resources.cpuQuotaMicros() != 0) config.withCpuQuota(resources.cpuQuotaMicros());
        if (resources.cpuShares() != 0) config.withCpuShares(Math.toIntExact(resources.cpuShares()));
        if (resources.memoryLimitBytes() != 0) {
            config.withMemory(resources.memoryLimitBytes()).withMemorySwap(memorySwap(resources));
        }
        if (!resources.cpusetCpus().isEmpty()) config.withCpusetCpus(resources.cpusetCpus());
        if (!resources.cpusetMems().isEmpty()) config.withCpusetMems(resources.cpusetMems());
        config.withOomScoreAdj(OomScores.possible(Math.toIntExact(resources.oomScoreAdj())));
    }

    static void apply(Resources resources, UpdateContainerCmd command) {
        if (resources.cpuPeriodMicros() != 0) command.withCpuPeriod(resources.cpuPeriodMicros());
        if (resources.cpuQuotaMicros() != 0) command.withCpuQuota(resources.cpuQuotaMicros());
        if (resources.cpuShares() != 0) command.withCpuShares(Math.toIntExact(resources.cpuShares()));
        // Always both: Docker refuses a limit of memory above the old one of memory and swap.
        if (resources.memoryLimitBytes() != 0) {
            command.withMemory(resources.memoryLimitBytes()).withMemorySwap(memorySwap(resources));
        }
        if (!resources.cpusetCpus().isEmpty()) command.withCpusetCpus(resources.cpusetCpus());
        if (!resources.cpusetMems().isEmpty()) command.withCpusetMems(resources.cpusetMems());
    }

    /** Without a word about swap there is none: Docker would give as much again as there is memory. */
    private static long memorySwap(Resources resources) {
        return resources.memorySwapLimitBytes() != 0 ? resources.memorySwapLimitBytes() : resources.memoryLimitBytes();
    }
}
