package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.HugepageLimit;
import io.davit.cri.v1.LinuxContainerResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rest of the limits, as the container and the kernel see them. */
@Feature("Configuration: resources")
final class CgroupChecks {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final boolean UNIFIED = Files.exists(ROOT.resolve("cgroup.controllers"));

    private final Workbench bench;

    CgroupChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "The container runs on the CPUs and memory nodes that it was given.",
            fields = {"LinuxContainerResources.cpuset_cpus", "LinuxContainerResources.cpuset_mems"})
    void the_container_runs_on_its_cpus() {
        Container container =
                with(LinuxContainerResources.newBuilder().setCpusetCpus("0").setCpusetMems("0"));
        assertThat(container.procStatus("1", "Cpus_allowed_list")).isEqualTo("0");
        assertThat(container.procStatus("1", "Mems_allowed_list")).isEqualTo("0");
    }

    @Test
    @Contract(
            rpc = {"UpdateContainerResources", "ContainerStatus"},
            says = "CPUs can be changed while the container runs, alone, and it is the same process.")
    void cpus_can_be_changed_alone() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "the host has one CPU");
        Container container = with(LinuxContainerResources.newBuilder()
                .setCpusetCpus("0")
                .setCpuPeriod(100_000)
                .setCpuQuota(50_000));
        String begun = container.sh("cut -d' ' -f22 /proc/1/stat");
        bench.cri()
                .updateContainerResources(
                        container.id(),
                        LinuxContainerResources.newBuilder().setCpusetCpus("1").build());
        assertThat(container.procStatus("1", "Cpus_allowed_list")).isEqualTo("1");
        assertThat(container.sh("cut -d' ' -f22 /proc/1/stat")).isEqualTo(begun);
        assertThat(container.sh("if [ -e /sys/fs/cgroup/cpu.max ]; then cut -d' ' -f1 /sys/fs/cgroup/cpu.max; else"
                        + " cat /sys/fs/cgroup/cpu*/cpu.cfs_quota_us 2>/dev/null | head -n 1; fi"))
                .isEqualTo("50000");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "CPU shares weigh the container against others.",
            fields = "LinuxContainerResources.cpu_shares")
    void shares_weigh_the_container() {
        Container container = with(LinuxContainerResources.newBuilder().setCpuShares(512));
        String weight =
                container.sh("cat /sys/fs/cgroup/cpu.weight /sys/fs/cgroup/cpu*/cpu.shares 2>/dev/null | head -n 1");
        // Version 2 has another scale, and runtimes do not agree on the way there (opencontainers/runc 4772).
        if (UNIFIED) assertThat(Long.parseLong(weight)).isBetween(1L, 99L);
        else assertThat(weight).isEqualTo("512");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Memory and swap together are limited.",
            fields = "LinuxContainerResources.memory_swap_limit_in_bytes")
    void swap_is_limited() {
        Path counted = UNIFIED ? ROOT.resolve("memory.swap.max") : ROOT.resolve("memory/memory.memsw.limit_in_bytes");
        assumeTrue(UNIFIED || Files.exists(counted), "the kernel counts no swap");
        Container container = with(LinuxContainerResources.newBuilder()
                .setMemoryLimitInBytes(64L << 20)
                .setMemorySwapLimitInBytes(96L << 20));
        String swap = container.sh("cat /sys/fs/cgroup/memory.swap.max"
                + " /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes 2>/dev/null || true");
        assumeFalse(swap.isEmpty(), "the kernel counts no swap");
        assertThat(swap).isEqualTo(String.valueOf(UNIFIED ? 32L << 20 : 96L << 20));
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Huge pages are limited by their size.",
            fields = {"HugepageLimit.page_size", "HugepageLimit.limit"})
    void huge_pages_are_limited() throws IOException {
        boolean controller = UNIFIED
                ? Files.readString(ROOT.resolve("cgroup.controllers")).contains("hugetlb")
                : Files.isDirectory(ROOT.resolve("hugetlb"));
        assumeTrue(controller, "the host has no cgroup controller hugetlb");
        Container container = with(LinuxContainerResources.newBuilder()
                .addHugepageLimits(HugepageLimit.newBuilder().setPageSize("2MB").setLimit(4L << 20)));
        assertThat(container.sh("cat /sys/fs/cgroup/hugetlb.2MB.max"
                        + " /sys/fs/cgroup/hugetlb/hugetlb.2MB.limit_in_bytes 2>/dev/null || true"))
                .isEqualTo(String.valueOf(4L << 20));
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "On cgroup version 2 files of the cgroup can be named.",
            fields = "LinuxContainerResources.unified")
    void files_of_the_unified_hierarchy_can_be_named() {
        assumeTrue(UNIFIED, "the host has cgroup version 1");
        Container container = with(LinuxContainerResources.newBuilder().putUnified("memory.high", "50331648"));
        assertThat(container.sh("cat /sys/fs/cgroup/memory.high")).isEqualTo("50331648");
    }

    @Test
    @Contract(
            rpc = {"RunPodSandbox", "CreateContainer"},
            says = "What runs in a pod is counted below the pod's cgroup parent, and nothing stays there after it.",
            fields = "LinuxPodSandboxConfig.cgroup_parent")
    void a_pod_is_counted_below_its_parent() throws IOException {
        assumeFalse(bench.node().systemd(), "the server's cgroups are systemd's");
        Pod pod = bench.runPod();
        Container container = pod.run(bench.command("sleep", "27183"));
        String parent = pod.config().getLinux().getCgroupParent().substring(1);
        Path directory = (UNIFIED ? ROOT : ROOT.resolve("memory")).resolve(parent);
        assertThat(commands(directory)).anyMatch(command -> command.contains("27183"));
        container.remove();
        pod.remove();
        assertThat(Files.exists(directory) ? commands(directory) : List.of()).isEmpty();
    }

    /** Of the processes in a cgroup and those below it. */
    private static List<String> commands(Path cgroup) throws IOException {
        try (Stream<Path> groups = Files.walk(cgroup)) {
            return groups.filter(Files::isDirectory)
                    .flatMap(group -> lines(group.resolve("cgroup.procs")))
                    .map(pid -> String.join(
                            " ", lines(Path.of("/proc", pid, "cmdline")).toList()))
                    .toList();
        }
    }

    /** None if the file has gone meanwhile. */
    private static Stream<String> lines(Path file) {
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ')
                    .lines();
        } catch (IOException _) {
            return Stream.empty();
        }
    }

    private Container with(LinuxContainerResources.Builder resources) {
        var config = bench.idle();
        config.getLinuxBuilder().setResources(resources);
        return bench.runPod().run(config);
    }
}
