package io.davit.core.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.Resources.HugepageLimit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ResourcesTest {
    private static final Resources BEFORE = new Resources(
            100_000,
            50_000,
            512,
            1 << 20,
            5,
            "0",
            "0",
            List.of(new HugepageLimit("2MB", 1), new HugepageLimit("1GB", 2)),
            Map.of("pids.max", "7", "memory.high", "1"),
            1 << 21);

    @Test
    void a_change_that_says_nothing_changes_nothing() {
        assertThat(BEFORE.with(Resources.NONE)).isEqualTo(BEFORE);
    }

    @Test
    void what_a_change_does_not_name_stays_also_among_files_and_page_sizes() {
        Resources change = new Resources(
                0, -1, 0, 0, 0, "1", "", List.of(new HugepageLimit("1GB", 3)), Map.of("memory.high", "2"), 0);

        Resources after = BEFORE.with(change);

        assertThat(after.cpuQuotaMicros()).isEqualTo(-1);
        assertThat(after.memoryLimitBytes()).isEqualTo(1 << 20);
        assertThat(after.cpusetCpus()).isEqualTo("1");
        assertThat(after.cpusetMems()).isEqualTo("0");
        assertThat(after.hugepageLimits()).containsExactly(new HugepageLimit("2MB", 1), new HugepageLimit("1GB", 3));
        assertThat(after.unified()).isEqualTo(Map.of("pids.max", "7", "memory.high", "2"));
        assertThat(after.memorySwapLimitBytes()).isEqualTo(1 << 21);
    }

    @Test
    void a_memory_limit_without_a_word_about_swap_ends_the_swap_that_was_there() {
        Resources change = new Resources(0, 0, 0, 1 << 22, 0, "", "", List.of(), Map.of(), 0);

        assertThat(BEFORE.with(change).memorySwapLimitBytes()).isZero();
    }
}
