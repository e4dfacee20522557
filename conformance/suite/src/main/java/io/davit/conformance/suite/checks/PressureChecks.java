package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerStats;
import io.davit.cri.v1.CpuUsage;
import io.davit.cri.v1.LinuxPodSandboxStats;
import io.davit.cri.v1.PsiStats;
import io.davit.cri.v1.SwapUsage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What statistics have only now and then: after two samples, or where the kernel counts it. */
@Feature("Statistics: rates, swap and pressure")
final class PressureChecks {
    private static final double NANO_CORES_MAX = 1e9 * Runtime.getRuntime().availableProcessors();
    private static final long MICROSECOND_NS = 1000;

    private final Workbench bench;

    PressureChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = {"ContainerStats", "PodSandboxStats"},
            says = "What computes all the time has a rate of CPU use; the host's CPUs bound it.")
    void the_rate_of_cpu_use_is_told() {
        Pod pod = bench.runPod();
        Container container = pod.run(busy());

        assertRate(bench.await(
                "a rate of the container",
                () -> bench.cri().containerStats(container.id()).getCpu(),
                cpu -> cpu.getUsageNanoCores().getValue() > 0));
        assertRate(bench.await(
                "a rate of the pod",
                () -> linux(pod).getCpu(),
                cpu -> cpu.getUsageNanoCores().getValue() > 0));
    }

    /** Both ends of the measured time are a little off. */
    private static void assertRate(CpuUsage cpu) {
        assertThat((double) cpu.getUsageNanoCores().getValue()).isLessThan(1.5 * NANO_CORES_MAX);
        assertThat(cpu.getTimestamp()).isPositive();
    }

    @Test
    @Contract(
            rpc = "ContainerStats",
            says = "Swap in use and swap left are together what the limits allow beside the memory.",
            fields = "LinuxContainerResources.memory_swap_limit_in_bytes")
    void swap_is_told_where_the_kernel_counts_it() {
        ContainerConfig.Builder config = bench.idle();
        config.getLinuxBuilder()
                .getResourcesBuilder()
                .setMemoryLimitInBytes(64L << 20)
                .setMemorySwapLimitInBytes(96L << 20);
        Container container = bench.runPod().run(config);
        String counted = container.sh("ls /sys/fs/cgroup/memory.swap.current"
                + " /sys/fs/cgroup/memory/memory.memsw.usage_in_bytes 2>/dev/null || true");
        assumeFalse(counted.isEmpty(), "the kernel counts no swap");

        SwapUsage swap = sample(container).getSwap();

        assertThat(swap.getTimestamp()).isPositive();
        assertThat(swap.getSwapUsageBytes().getValue()
                        + swap.getSwapAvailableBytes().getValue())
                .isEqualTo(32L << 20);
    }

    @Test
    @Contract(
            rpc = {"ContainerStats", "PodSandboxStats"},
            says = "How long tasks had to wait for CPU, memory and disk is told in nanoseconds where the kernel counts"
                    + " it for cgroups, and else not.")
    void pressure_is_told_where_the_kernel_counts_it() {
        Pod pod = bench.runPod();
        Container container = pod.run(throttled());
        String counted = container.sh("cat /sys/fs/cgroup/cpu.pressure 2>/dev/null || true");
        if (counted.isEmpty()) {
            assertThat(pressures(sample(container))).containsOnly(PsiStats.getDefaultInstance());
            return;
        }

        assertThat(pressures(bench.await(
                        "CPU pressure of the container",
                        () -> sample(container),
                        stats -> waited(stats.getCpu()) > totalNanos(counted))))
                .doesNotContain(PsiStats.getDefaultInstance());
        LinuxPodSandboxStats linux =
                bench.await("CPU pressure of the pod", () -> linux(pod), stats -> waited(stats.getCpu()) > 0);
        assertThat(linux.getMemory().hasPsi()).isTrue();
        assertThat(linux.getIo().hasPsi()).isTrue();
        long told = waited(sample(container).getCpu());
        assertThat(told).isLessThanOrEqualTo(totalNanos(container.sh("cat /sys/fs/cgroup/cpu.pressure")));
    }

    private static List<PsiStats> pressures(ContainerStats stats) {
        return List.of(
                stats.getCpu().getPsi(),
                stats.getMemory().getPsi(),
                stats.getIo().getPsi());
    }

    private static long waited(CpuUsage cpu) {
        return cpu.getPsi().getSome().getTotal();
    }

    /** Of the line {@code some avg10=1.00 avg60=0.20 avg300=0.00 total=123}, in microseconds. */
    private static long totalNanos(String file) {
        String some = file.lines()
                .filter(line -> line.startsWith("some "))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(some.substring(some.indexOf("total=") + "total=".length())) * MICROSECOND_NS;
    }

    private ContainerConfig.Builder busy() {
        return bench.script("trap 'exit 0' TERM; while :; do :; done");
    }

    /** It has work for more time than it gets, and so waits again and again. */
    private ContainerConfig.Builder throttled() {
        ContainerConfig.Builder config = busy();
        config.getLinuxBuilder().getResourcesBuilder().setCpuPeriod(100_000).setCpuQuota(30_000);
        return config;
    }

    private ContainerStats sample(Container container) {
        return bench.await(
                "a sample",
                () -> bench.cri().containerStats(container.id()),
                stats -> stats.getMemory().getTimestamp() > 0);
    }

    private LinuxPodSandboxStats linux(Pod pod) {
        return bench.cri().podSandboxStats(pod.id()).getLinux();
    }
}
