package io.davit.backend.oci.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.Resources;
import io.davit.core.domain.Resources.HugepageLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GroupLimitsTest {
    @TempDir
    private Path root;

    @Test
    void what_was_changed_on_version_2_is_written_back_and_nothing_else() throws IOException {
        write("pod/memory.max", "max\n");
        write("pod/cpu.max", "50000 100000\n");
        write("pod/cpuset.cpus", "\n");
        write("pod/memory.high", "1000\n");
        write("pod/pids.max", "7\n");
        GroupLimits before = second().group("/pod").limits(naming(List.of(), Map.of("memory.high", "1")));

        write("pod/memory.max", "4096\n");
        write("pod/cpuset.cpus", "0-1\n");
        write("pod/memory.high", "2000\n");
        write("pod/pids.max", "8\n");
        before.restore();

        assertThat(read("pod/memory.max")).isEqualTo("max\n");
        assertThat(read("pod/cpu.max")).isEqualTo("50000 100000\n");
        assertThat(read("pod/cpuset.cpus")).isEqualTo("\n");
        assertThat(read("pod/memory.high")).isEqualTo("1000\n");
        assertThat(read("pod/pids.max")).as("no limit of a container's update").isEqualTo("8\n");
        assertThat(before.valueOf("cpu.max")).isEqualTo("50000 100000");
        assertThat(root.resolve("pod/memory.swap.max")).doesNotExist();
    }

    @Test
    void version_1_has_its_limits_in_several_hierarchies() throws IOException {
        write("memory/pod/memory.limit_in_bytes", "1000\n");
        write("cpu/pod/cpu.shares", "512\n");
        Map<String, Path> hierarchies = Map.of("memory", root.resolve("memory"), "cpu", root.resolve("cpu"));
        Cgroup group = new Cgroups(hierarchies, Optional.empty(), Set.of()).group("/pod");
        GroupLimits before = group.limits(Resources.NONE);

        write("memory/pod/memory.limit_in_bytes", "2000\n");
        write("cpu/pod/cpu.shares", "2\n");
        before.restore();

        assertThat(read("memory/pod/memory.limit_in_bytes")).isEqualTo("1000\n");
        assertThat(read("cpu/pod/cpu.shares")).isEqualTo("512\n");
    }

    @Test
    void huge_pages_of_the_sizes_that_a_change_names_are_among_them() throws IOException {
        write("pod/hugetlb.2MB.max", "max\n");
        write("hugetlb/pod/hugetlb.2MB.limit_in_bytes", "9223372036852678656\n");
        Resources change = naming(List.of(new HugepageLimit("2MB", 4 << 20)), Map.of());
        Cgroups first = new Cgroups(Map.of("hugetlb", root.resolve("hugetlb")), Optional.empty(), Set.of());
        GroupLimits ofFirst = first.group("/pod").limits(change);
        GroupLimits ofSecond = second().group("/pod").limits(change);

        write("pod/hugetlb.2MB.max", "4194304\n");
        write("hugetlb/pod/hugetlb.2MB.limit_in_bytes", "4194304\n");
        ofFirst.restore();
        ofSecond.restore();

        assertThat(read("pod/hugetlb.2MB.max")).isEqualTo("max\n");
        assertThat(read("hugetlb/pod/hugetlb.2MB.limit_in_bytes")).isEqualTo("9223372036852678656\n");
    }

    private static Resources naming(List<HugepageLimit> pages, Map<String, String> unified) {
        return new Resources(0, 0, 0, 0, 0, "", "", pages, unified, 0);
    }

    private Cgroups second() {
        return new Cgroups(Map.of(), Optional.of(root), Set.of("cpu", "memory"));
    }

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(root.resolve(file).resolveSibling("."));
        Files.writeString(path, content);
    }

    private String read(String file) throws IOException {
        return Files.readString(root.resolve(file));
    }
}
