package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static io.davit.conformance.suite.checks.Refusal.refusedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerStatus;
import io.davit.cri.v1.LinuxContainerResources;
import io.davit.cri.v1.UpdatePodSandboxResourcesRequest;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;

@Feature("Resources and in-place resize")
final class ResourceChecks {
    private static final long MEBIBYTE = 1L << 20;
    private static final LinuxContainerResources SMALL = LinuxContainerResources.newBuilder()
            .setCpuPeriod(100_000)
            .setCpuQuota(50_000)
            .setCpuShares(512)
            .setMemoryLimitInBytes(64 * MEBIBYTE)
            .build();

    private final Workbench bench;

    ResourceChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Limits of the request are those of the container's cgroup.",
            fields = {
                "LinuxContainerResources.cpu_period",
                "LinuxContainerResources.cpu_quota",
                "LinuxContainerResources.memory_limit_in_bytes",
                "LinuxContainerConfig.resources"
            })
    void the_limits_are_the_cgroups() {
        Container container = limited(SMALL);
        assertThat(memory(container)).isEqualTo(64 * MEBIBYTE);
        assertThat(quota(container)).isEqualTo("50000 100000");
    }

    @Test
    @Contract(rpc = "ContainerStatus", says = "The status has the limits in force, in the units of the request.")
    void the_status_has_the_limits() {
        Container container = limited(SMALL);
        assumeTrue(container.status().hasResources(), "the server's status has no resources (before Kubernetes 1.27)");
        LinuxContainerResources resources = container.status().getResources().getLinux();
        assertThat(resources.getMemoryLimitInBytes()).isEqualTo(64 * MEBIBYTE);
        assertThat(resources.getCpuQuota()).isEqualTo(50_000);
        assertThat(resources.getCpuPeriod()).isEqualTo(100_000);
        assertThat(resources.getCpuShares()).isEqualTo(512);
    }

    @Test
    @Contract(
            rpc = {"UpdateContainerResources", "ContainerStatus"},
            says = "New limits hold at once for a running container, and stand in its status.")
    void limits_of_a_running_container_can_be_changed() {
        Container container = limited(SMALL);
        bench.cri()
                .updateContainerResources(
                        container.id(),
                        SMALL.toBuilder()
                                .setCpuQuota(75_000)
                                .setMemoryLimitInBytes(96 * MEBIBYTE)
                                .build());
        assertThat(memory(container)).isEqualTo(96 * MEBIBYTE);
        assertThat(quota(container)).isEqualTo("75000 100000");
        ContainerStatus status = container.status();
        assumeTrue(status.hasResources(), "the server's status has no resources (before Kubernetes 1.27)");
        assertThat(status.getResources().getLinux().getCpuQuota()).isEqualTo(75_000);
        assertThat(status.getResources().getLinux().getMemoryLimitInBytes()).isEqualTo(96 * MEBIBYTE);
    }

    @Test
    @Contract(rpc = "UpdateContainerResources", says = "What is 0 or empty in the request stays as it is.")
    void what_is_not_named_stays() {
        Container container = limited(SMALL);
        bench.cri()
                .updateContainerResources(
                        container.id(),
                        LinuxContainerResources.newBuilder().setCpuShares(1024).build());
        assertThat(memory(container)).isEqualTo(64 * MEBIBYTE);
        assertThat(quota(container)).isEqualTo("50000 100000");
    }

    @Test
    @Contract(
            rpc = "UpdateContainerResources",
            says = "Limits can be lowered as well as raised, and a quota taken away.")
    void limits_can_be_lowered_and_a_quota_taken_away() {
        Container container = limited(SMALL);
        bench.cri()
                .updateContainerResources(
                        container.id(),
                        LinuxContainerResources.newBuilder()
                                .setMemoryLimitInBytes(32 * MEBIBYTE)
                                .setCpuQuota(-1)
                                .setCpuPeriod(100_000)
                                .build());
        assertThat(memory(container)).isEqualTo(32 * MEBIBYTE);
        assertThat(quota(container)).isIn("max 100000", "-1 100000");
    }

    @Test
    @Contract(
            rpc = {"UpdateContainerResources", "StartContainer"},
            says = "Limits can be changed before the start, and hold after it.")
    void limits_can_be_changed_before_the_start() {
        Container container = bench.runPod().create(with(SMALL));
        bench.cri()
                .updateContainerResources(
                        container.id(),
                        SMALL.toBuilder().setMemoryLimitInBytes(96 * MEBIBYTE).build());
        container.start();
        assertThat(memory(container)).isEqualTo(96 * MEBIBYTE);
    }

    @Test
    @Contract(
            rpc = "UpdateContainerResources",
            says = "A container that is not there is NOT_FOUND.",
            aspects = Aspect.REFUSAL)
    void a_container_that_is_not_there_is_NOT_FOUND() {
        refusedWith(() -> bench.cri().updateContainerResources("5a5a".repeat(16), SMALL), Code.NOT_FOUND);
    }

    @Test
    @Contract(
            rpc = "UpdateContainerResources",
            says = "CPUs that the node does not have are refused, and nothing changes.",
            aspects = Aspect.REFUSAL)
    void impossible_limits_are_refused_and_change_nothing() {
        Container container = limited(SMALL);
        refused(() -> bench.cri()
                .updateContainerResources(
                        container.id(),
                        SMALL.toBuilder()
                                .setCpusetCpus("9999")
                                .setMemoryLimitInBytes(96 * MEBIBYTE)
                                .build()));
        assertThat(quota(container)).isEqualTo("50000 100000");
        assertThat(memory(container)).isEqualTo(64 * MEBIBYTE);
    }

    @Test
    @Contract(
            rpc = "ContainerStatus",
            says = "A container whose process was killed for memory has the reason OOMKilled.")
    void a_container_out_of_memory_tells_so() {
        ContainerConfig.Builder config = bench.command("sh", "-c", "x=0123456789abcdef; while :; do x=$x$x; done");
        config.getLinuxBuilder()
                .setResources(LinuxContainerResources.newBuilder()
                        .setMemoryLimitInBytes(16 * MEBIBYTE)
                        .setMemorySwapLimitInBytes(16 * MEBIBYTE));
        ContainerStatus status = bench.runPod().run(config).awaitExit();
        assertThat(status.getReason()).isEqualTo("OOMKilled");
        assertThat(status.getExitCode()).isEqualTo(137);
    }

    @Test
    @Contract(
            rpc = "UpdatePodSandboxResources",
            says = "The kubelet tells of a pod's new size; it is accepted for a pod.",
            aspects = Aspect.REFUSAL)
    void the_new_size_of_a_pod_is_accepted() {
        var pod = bench.runPod();
        var _ = bench.cri()
                .runtime()
                .updatePodSandboxResources(UpdatePodSandboxResourcesRequest.newBuilder()
                        .setPodSandboxId(pod.id())
                        .setResources(SMALL)
                        .build());
        refusedWith(
                () -> bench.cri()
                        .runtime()
                        .updatePodSandboxResources(UpdatePodSandboxResourcesRequest.newBuilder()
                                .setPodSandboxId("5a5a".repeat(16))
                                .setResources(SMALL)
                                .build()),
                Code.NOT_FOUND);
    }

    private Container limited(LinuxContainerResources resources) {
        return bench.runPod().run(with(resources));
    }

    private ContainerConfig.Builder with(LinuxContainerResources resources) {
        ContainerConfig.Builder config = bench.idle();
        config.getLinuxBuilder().setResources(resources);
        return config;
    }

    /** As the container sees it: /sys/fs/cgroup is its own cgroup, or with v1 has its path below. */
    private static long memory(Container container) {
        return Long.parseLong(container.sh(
                "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || true"));
    }

    private static String quota(Container container) {
        return container.sh("if [ -e /sys/fs/cgroup/cpu.max ]; then cat /sys/fs/cgroup/cpu.max; else"
                + " cd /sys/fs/cgroup/cpu* 2>/dev/null && echo $(cat cpu.cfs_quota_us) $(cat cpu.cfs_period_us); fi");
    }
}
