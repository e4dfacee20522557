package io.davit.core.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.Counter;
import io.davit.core.domain.DiskTraffic;
import io.davit.core.domain.MemoryUsage;
import io.davit.core.domain.Pressure;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.domain.SwapUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as kernels of both versions write them. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class GroupUsageTest {
    private static final Instant NOW = Instant.parse("2025-01-01T00:00:00Z");
    private static final String UNLIMITED = "9223372036854771712\n";

    @TempDir
    private Path root;

    @Test
    void version_1_is_read_with_what_is_below_the_group() throws Exception {
        first();

        ResourceUsage usage = usageOfFirst();

        assertThat(usage.cpu().orElseThrow().used()).isEqualTo(Duration.ofNanos(1_234_567_890));
        MemoryUsage memory = usage.memory().orElseThrow();
        assertThat(memory.sampledAt()).isEqualTo(NOW);
        assertThat(memory.usedBytes()).isEqualTo(10_000);
        assertThat(memory.workingSetBytes()).isEqualTo(7_000);
        assertThat(memory.availableBytes()).hasValue(13_000);
        assertThat(memory.residentBytes()).isEqualTo(5_000);
        assertThat(memory.pageFaults()).isEqualTo(77);
        assertThat(memory.majorPageFaults()).isEqualTo(3);
        assertThat(memory.swap()).contains(new SwapUsage(500, OptionalLong.of(9_500)));
        assertThat(memory.pressure()).isEmpty();
        assertThat(usage.tasks()).hasValue(4);
        assertThat(usage.io()).isEmpty();
    }

    @Test
    void version_1_without_limits_has_nothing_available() throws Exception {
        first();
        write("memory/pod/memory.limit_in_bytes", UNLIMITED);
        write("memory/pod/memory.memsw.limit_in_bytes", UNLIMITED);

        MemoryUsage memory = usageOfFirst().memory().orElseThrow();

        assertThat(memory.availableBytes()).isEmpty();
        assertThat(memory.swap()).contains(new SwapUsage(500, OptionalLong.empty()));
    }

    @Test
    void a_kernel_that_does_not_account_swap_tells_none() throws Exception {
        first();
        Files.delete(root.resolve("memory/pod/memory.memsw.usage_in_bytes"));

        assertThat(usageOfFirst().memory().orElseThrow().swap()).isEmpty();
    }

    @Test
    void version_2_is_read_with_its_pressure() throws Exception {
        second();

        ResourceUsage usage = usageOfSecond();

        assertThat(usage.cpu().orElseThrow().used()).isEqualTo(Duration.ofNanos(1_500_000));
        assertThat(usage.cpu().orElseThrow().pressure())
                .contains(
                        new Pressure(new Pressure.Stall(Duration.ofNanos(42_000), 1.5, 0.25, 0), Pressure.Stall.NONE));
        MemoryUsage memory = usage.memory().orElseThrow();
        assertThat(memory.usedBytes()).isEqualTo(10_000);
        assertThat(memory.workingSetBytes()).isEqualTo(7_000);
        assertThat(memory.availableBytes()).hasValue(13_000);
        assertThat(memory.residentBytes()).isEqualTo(5_000);
        assertThat(memory.pageFaults()).isEqualTo(77);
        assertThat(memory.majorPageFaults()).isEqualTo(3);
        assertThat(memory.swap()).contains(new SwapUsage(500, OptionalLong.of(1_500)));
        assertThat(usage.tasks()).hasValue(4);
    }

    @Test
    void version_2_without_limits_has_nothing_available() throws Exception {
        second();
        write("pod/memory.max", "max\n");
        write("pod/memory.swap.max", "max\n");

        MemoryUsage memory = usageOfSecond().memory().orElseThrow();

        assertThat(memory.availableBytes()).isEmpty();
        assertThat(memory.swap()).contains(new SwapUsage(500, OptionalLong.empty()));
    }

    @Test
    void what_else_version_1_counts_is_read() throws Exception {
        first();
        write("cpu/pod/cpuacct.stat", "user 12\nsystem 3\n");
        write("pids/pod/pids.max", "max\n");
        write("memory/pod/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        write("memory/pod/memory.failcnt", "9\n");
        String bytes = "blkio/pod/blkio.throttle.io_service_bytes_recursive";
        write(bytes, "254:0 Read 4096\n254:0 Write 512\n254:0 Total 4608\nTotal 4608\n");
        write("blkio/pod/blkio.throttle.io_serviced_recursive", "254:0 Read 2\n254:0 Write 1\nTotal 3\n");

        ResourceUsage usage = usageOfFirst();

        assertThat(usage.counters())
                .containsEntry(Counter.CPU_USER_NANOS, 120_000_000L)
                .containsEntry(Counter.CPU_SYSTEM_NANOS, 30_000_000L)
                .containsEntry(Counter.MEMORY_INACTIVE_FILE_BYTES, 3_000L)
                .containsEntry(Counter.OOM_KILLS, 2L)
                .containsEntry(Counter.MEMORY_LIMIT_HITS, 9L)
                .containsEntry(Counter.THREADS_MAX, 0L)
                .doesNotContainKey(Counter.MEMORY_PEAK_BYTES);
        assertThat(usage.disks()).containsExactly(new DiskTraffic(254, 0, 4096, 512, 2, 1));
    }

    @Test
    void what_else_version_2_counts_is_read() throws Exception {
        second();
        write("pod/memory.events", "low 0\nhigh 0\nmax 7\noom 1\noom_kill 1\n");
        write("pod/memory.peak", "12000\n");
        write("pod/pids.max", "100\n");
        write("pod/io.stat", "8:16 rbytes=4096 wbytes=512 rios=2 wios=1 dbytes=0 dios=0\n(unknown)\n");

        ResourceUsage usage = usageOfSecond();

        assertThat(usage.counters())
                .containsEntry(Counter.CPU_USER_NANOS, 1_000_000L)
                .containsEntry(Counter.CPU_SYSTEM_NANOS, 500_000L)
                .containsEntry(Counter.MEMORY_LIMIT_HITS, 7L)
                .containsEntry(Counter.OOM_KILLS, 1L)
                .containsEntry(Counter.MEMORY_PEAK_BYTES, 12_000L)
                .containsEntry(Counter.THREADS_MAX, 100L)
                .doesNotContainKey(Counter.QUOTA_PERIODS);
        assertThat(usage.disks()).containsExactly(new DiskTraffic(8, 16, 4096, 512, 2, 1));
    }

    /** With blk-iolatency the kernel adds "depth=max", with io.cost "cost.vrate=100.00". */
    @Test
    void what_io_controllers_add_to_the_traffic_is_passed_over() throws Exception {
        second();
        write("pod/io.stat", "8:16 rbytes=4096 wbytes=512 rios=2 wios=1 depth=max cost.vrate=100.00\n");

        assertThat(usageOfSecond().disks()).containsExactly(new DiskTraffic(8, 16, 4096, 512, 2, 1));
    }

    @Test
    void a_kernel_that_keeps_its_pressure_to_itself_is_no_failure() {
        assertThat(Silence.isMeantBy(new IOException("Operation not supported")))
                .isTrue();
        assertThat(Silence.isMeantBy(new IOException("No such device"))).isTrue();
        assertThat(Silence.isMeantBy(new IOException("Permission denied"))).isFalse();
    }

    @Test
    void a_working_set_is_never_negative() throws Exception {
        second();
        write("pod/memory.stat", "anon 5000\ninactive_file 20000\n");

        assertThat(usageOfSecond().memory().orElseThrow().workingSetBytes()).isZero();
    }

    @Test
    void of_a_group_that_is_gone_nothing_is_known() {
        assertThat(usageOfSecond()).isEqualTo(ResourceUsage.unknown(NOW));
        assertThat(usageOfFirst()).isEqualTo(ResourceUsage.unknown(NOW));
    }

    private void first() throws IOException {
        write("cpu/pod/cpuacct.usage", "1234567890\n");
        write("memory/pod/memory.usage_in_bytes", "10000\n");
        write("memory/pod/memory.limit_in_bytes", "20000\n");
        write("memory/pod/memory.memsw.usage_in_bytes", "10500\n");
        write("memory/pod/memory.memsw.limit_in_bytes", "30000\n");
        write("memory/pod/memory.stat", """
                rss 1
                inactive_file 2
                total_rss 5000
                total_inactive_file 3000
                total_pgfault 77
                total_pgmajfault 3
                """);
        write("pids/pod/pids.current", "4\n");
    }

    private void second() throws IOException {
        write("pod/cpu.stat", "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\n");
        write("pod/cpu.pressure", "some avg10=1.50 avg60=0.25 avg300=0.00 total=42\n");
        write("pod/memory.current", "10000\n");
        write("pod/memory.max", "20000\n");
        write("pod/memory.swap.current", "500\n");
        write("pod/memory.swap.max", "2000\n");
        write("pod/memory.stat", "anon 5000\ninactive_file 3000\npgfault 77\npgmajfault 3\n");
        write("pod/pids.current", "4\n");
    }

    private ResourceUsage usageOfFirst() {
        Map<String, Path> hierarchies = Map.of(
                "cpuacct",
                root.resolve("cpu"),
                "cpu",
                root.resolve("cpu"),
                "memory",
                root.resolve("memory"),
                "pids",
                root.resolve("pids"),
                "blkio",
                root.resolve("blkio"));
        return usage(new Pod(hierarchies, root));
    }

    private ResourceUsage usageOfSecond() {
        return usage(new Pod(Map.of(), root));
    }

    private static ResourceUsage usage(ControlGroup group) {
        return new GroupUsage(group, Clock.fixed(NOW, ZoneOffset.UTC)).read();
    }

    /** A group that has the same path in every hierarchy. */
    private record Pod(Map<String, Path> hierarchies, Path unified) implements ControlGroup {
        @Override
        public Path file(String controller, String name) {
            return hierarchies.getOrDefault(controller, unified).resolve("pod").resolve(name);
        }

        @Override
        public boolean isFirst(String controller) {
            return hierarchies.containsKey(controller);
        }

        @Override
        public boolean pureUnified() {
            return hierarchies.isEmpty();
        }
    }

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
