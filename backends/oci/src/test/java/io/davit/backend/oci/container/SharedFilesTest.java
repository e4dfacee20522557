package io.davit.backend.oci.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.core.domain.Resources;
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
class SharedFilesTest {
    @TempDir
    private Path root;

    @Test
    void a_period_alone_keeps_the_quota_and_a_quota_alone_the_period() throws IOException {
        write("cpu.max", "20000 50000");

        assertThat(completed(cpu(100_000, 0))).isEqualTo(cpu(100_000, 20_000));
        assertThat(completed(cpu(0, 30_000))).isEqualTo(cpu(50_000, 30_000));
        assertThat(completed(cpu(0, -1))).isEqualTo(cpu(50_000, -1));
        assertThat(completed(cpu(0, 0))).isEqualTo(Resources.NONE);
        assertThat(completed(cpu(10_000, 5_000))).isEqualTo(cpu(10_000, 5_000));
    }

    @Test
    void no_quota_needs_no_word() throws IOException {
        write("cpu.max", "max 100000");

        assertThat(completed(cpu(50_000, 0))).isEqualTo(cpu(50_000, 0));
    }

    @Test
    void swap_alone_is_counted_above_the_memory_there_is() throws IOException {
        write("memory.max", "67108864");

        assertThat(completed(memory(0, 96 << 20))).isEqualTo(memory(64 << 20, 96 << 20));
        assertThat(completed(memory(32 << 20, 96 << 20))).isEqualTo(memory(32 << 20, 96 << 20));
        assertThat(completed(memory(0, -1))).isEqualTo(memory(0, -1));
    }

    @Test
    void swap_without_a_limit_of_memory_is_left_to_the_runtime_to_refuse() throws IOException {
        write("memory.max", "max");

        assertThat(completed(memory(0, 96 << 20))).isEqualTo(memory(0, 96 << 20));
    }

    private static Resources cpu(long period, long quota) {
        return new Resources(period, quota, 0, 0, 0, "", "", List.of(), Map.of(), 0);
    }

    private static Resources memory(long limit, long swap) {
        return new Resources(0, 0, 0, limit, 0, "", "", List.of(), Map.of(), swap);
    }

    private Resources completed(Resources change) {
        Cgroups second = new Cgroups(Map.of(), Optional.of(root), Set.of("cpu", "memory"));
        return SharedFiles.completed(change, second.group("/pod").limits(change));
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(Files.createDirectories(root.resolve("pod")).resolve(file), content + "\n");
    }
}
