package io.davit.backend.oci.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CgroupsTest {
    @TempDir
    private Path root;

    @Test
    void version_2_has_a_limit_of_swap_if_its_groups_have_the_file() throws IOException {
        Cgroups second = new Cgroups(Map.of(), Optional.of(root), Set.of("memory"));
        Files.createDirectories(root.resolve("init.scope"));
        Path group = Files.createDirectories(root.resolve("system.slice"));
        Files.createFile(group.resolve("memory.max"));

        assertThat(second.hasSwapLimit()).isFalse();

        Files.createFile(group.resolve("memory.swap.max"));
        assertThat(second.hasSwapLimit()).isTrue();
    }

    @Test
    void version_1_has_one_if_memory_and_swap_are_counted() throws IOException {
        Cgroups first = new Cgroups(Map.of("memory", root), Optional.empty(), Set.of());

        assertThat(first.hasSwapLimit()).isFalse();

        Files.createFile(root.resolve("memory.memsw.limit_in_bytes"));
        assertThat(first.hasSwapLimit()).isTrue();
    }
}
