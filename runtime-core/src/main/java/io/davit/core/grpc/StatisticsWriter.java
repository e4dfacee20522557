package io.davit.core.grpc;

import io.davit.core.domain.CpuUsage;
import io.davit.core.domain.MemoryUsage;
import io.davit.core.domain.NetworkUsage;
import io.davit.core.domain.Pressure;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.domain.SwapUsage;
import io.davit.core.query.ContainerStatistics;
import io.davit.core.query.Measured;
import io.davit.core.query.SandboxStatistics;
import io.davit.core.spi.Usage;
import io.davit.cri.v1.ContainerStats;
import io.davit.cri.v1.IoUsage;
import io.davit.cri.v1.LinuxPodSandboxStats;
import io.davit.cri.v1.NetworkInterfaceUsage;
import io.davit.cri.v1.PodSandboxStats;
import io.davit.cri.v1.ProcessUsage;
import io.davit.cri.v1.PsiData;
import io.davit.cri.v1.PsiStats;
import io.davit.cri.v1.UInt64Value;
import java.time.Instant;
import java.util.OptionalLong;

/** Statistics as the protocol shows them: what is not known is not there (cri-semantics 2.16). */
final class StatisticsWriter {
    /** What the core calls a pod's interface in its network namespace. */
    private static final String DEFAULT_INTERFACE = "eth0";

    private StatisticsWriter() {}

    static ContainerStats container(ContainerStatistics.Row row) {
        ContainerStats.Builder stats =
                ContainerStats.newBuilder().setAttributes(ContainerWriter.attributes(row.record()));
        row.measured().ifPresent(measured -> fill(stats, measured));
        return stats.build();
    }

    private static void fill(ContainerStats.Builder stats, Measured<Usage.OfContainer> measured) {
        ResourceUsage resources = measured.usage().resources();
        resources.cpu().ifPresent(cpu -> stats.setCpu(cpu(cpu, measured.nanoCores())));
        resources.memory().ifPresent(memory -> {
            stats.setMemory(memory(memory));
            memory.swap().ifPresent(swap -> stats.setSwap(swap(memory.sampledAt(), swap)));
        });
        resources.io().ifPresent(io -> stats.setIo(io(resources.sampledAt(), io)));
        measured.usage().writableLayer().ifPresent(layer -> stats.setWritableLayer(ImageWriter.usage(layer)));
    }

    static PodSandboxStats sandbox(SandboxStatistics.Row row) {
        LinuxPodSandboxStats.Builder stats = LinuxPodSandboxStats.newBuilder();
        row.measured().ifPresent(measured -> fill(stats, measured));
        row.containers().forEach(container -> stats.addContainers(container(container)));
        return PodSandboxStats.newBuilder()
                .setAttributes(SandboxWriter.attributes(row.record()))
                .setLinux(stats)
                .build();
    }

    private static void fill(LinuxPodSandboxStats.Builder stats, Measured<Usage.OfSandbox> measured) {
        ResourceUsage resources = measured.usage().resources();
        resources.cpu().ifPresent(cpu -> stats.setCpu(cpu(cpu, measured.nanoCores())));
        resources.memory().ifPresent(memory -> stats.setMemory(memory(memory)));
        resources.io().ifPresent(io -> stats.setIo(io(resources.sampledAt(), io)));
        measured.usage().network().ifPresent(network -> stats.setNetwork(network(network)));
        resources
                .tasks()
                .ifPresent(tasks -> stats.setProcess(ProcessUsage.newBuilder()
                        .setTimestamp(SandboxWriter.nanos(resources.sampledAt()))
                        .setProcessCount(number(tasks))));
    }

    private static io.davit.cri.v1.CpuUsage cpu(CpuUsage usage, OptionalLong nanoCores) {
        io.davit.cri.v1.CpuUsage.Builder cpu = io.davit.cri.v1.CpuUsage.newBuilder()
                .setTimestamp(SandboxWriter.nanos(usage.sampledAt()))
                .setUsageCoreNanoSeconds(number(usage.used().toNanos()));
        nanoCores.ifPresent(rate -> cpu.setUsageNanoCores(number(rate)));
        usage.pressure().ifPresent(pressure -> cpu.setPsi(pressure(pressure)));
        return cpu.build();
    }

    private static io.davit.cri.v1.MemoryUsage memory(MemoryUsage usage) {
        io.davit.cri.v1.MemoryUsage.Builder memory = io.davit.cri.v1.MemoryUsage.newBuilder()
                .setTimestamp(SandboxWriter.nanos(usage.sampledAt()))
                .setWorkingSetBytes(number(usage.workingSetBytes()))
                .setUsageBytes(number(usage.usedBytes()))
                .setRssBytes(number(usage.residentBytes()))
                .setPageFaults(number(usage.pageFaults()))
                .setMajorPageFaults(number(usage.majorPageFaults()));
        usage.availableBytes().ifPresent(bytes -> memory.setAvailableBytes(number(bytes)));
        usage.pressure().ifPresent(pressure -> memory.setPsi(pressure(pressure)));
        return memory.build();
    }

    private static io.davit.cri.v1.SwapUsage swap(Instant sampledAt, SwapUsage usage) {
        io.davit.cri.v1.SwapUsage.Builder swap = io.davit.cri.v1.SwapUsage.newBuilder()
                .setTimestamp(SandboxWriter.nanos(sampledAt))
                .setSwapUsageBytes(number(usage.usedBytes()));
        usage.availableBytes().ifPresent(bytes -> swap.setSwapAvailableBytes(number(bytes)));
        return swap.build();
    }

    private static IoUsage io(Instant sampledAt, Pressure pressure) {
        return IoUsage.newBuilder()
                .setTimestamp(SandboxWriter.nanos(sampledAt))
                .setPsi(pressure(pressure))
                .build();
    }

    /** The protocol's list has all interfaces but the default one. */
    private static io.davit.cri.v1.NetworkUsage network(NetworkUsage usage) {
        io.davit.cri.v1.NetworkUsage.Builder network =
                io.davit.cri.v1.NetworkUsage.newBuilder().setTimestamp(SandboxWriter.nanos(usage.sampledAt()));
        for (NetworkUsage.Interface one : usage.interfaces()) {
            if (one.name().equals(DEFAULT_INTERFACE)) network.setDefaultInterface(counters(one));
            else network.addInterfaces(counters(one));
        }
        return network.build();
    }

    private static NetworkInterfaceUsage counters(NetworkUsage.Interface one) {
        return NetworkInterfaceUsage.newBuilder()
                .setName(one.name())
                .setRxBytes(number(one.receivedBytes()))
                .setRxErrors(number(one.receiveErrors()))
                .setTxBytes(number(one.transmittedBytes()))
                .setTxErrors(number(one.transmitErrors()))
                .build();
    }

    private static PsiStats pressure(Pressure pressure) {
        return PsiStats.newBuilder()
                .setSome(stall(pressure.some()))
                .setFull(stall(pressure.full()))
                .build();
    }

    private static PsiData stall(Pressure.Stall stall) {
        return PsiData.newBuilder()
                .setTotal(stall.total().toNanos())
                .setAvg10(stall.average10())
                .setAvg60(stall.average60())
                .setAvg300(stall.average300())
                .build();
    }

    private static UInt64Value number(long value) {
        return UInt64Value.newBuilder().setValue(value).build();
    }
}
