package io.davit.backend.oci.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ResourceLimitsTest {
    private static final Cgroups FIRST = new Cgroups(
            Map.of("memory", Path.of("/none/memory"), "cpu", Path.of("/none/cpu")), Optional.empty(), Set.of());
    private static final Cgroups SECOND =
            new Cgroups(Map.of(), Optional.of(Path.of("/none")), Set.of("memory", "cpu", "hugetlb"));

    @Test
    void what_says_nothing_is_left_out() {
        assertThat(new ResourceLimits(FIRST).json(Resources.NONE).toString()).isEqualTo("{}");
    }

    @Test
    void each_limit_has_its_place() {
        Resources limits = new Resources(100_000, -1, 512, 1 << 20, 0, "0-1", "0", List.of(), Map.of(), 0);

        assertThat(new ResourceLimits(FIRST).json(limits).toString()).isEqualTo("""
                {"cpu":{"shares":512,"quota":-1,"period":100000,"cpus":"0-1","mems":"0"},\
                "memory":{"limit":1048576}}""");
    }

    @Test
    void huge_pages_need_their_controller_unless_nothing_is_limited() {
        Resources some = hugepages(1 << 21);

        assertThat(new ResourceLimits(SECOND).json(some).toString())
                .isEqualTo("{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":2097152}]}");
        assertThat(new ResourceLimits(FIRST).json(hugepages(0)).toString()).isEqualTo("{}");
        assertThatThrownBy(() -> new ResourceLimits(FIRST).json(some))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("hugetlb");
    }

    private static Resources hugepages(long bytes) {
        List<Resources.HugepageLimit> limits = List.of(new Resources.HugepageLimit("2MB", bytes));
        return new Resources(0, 0, 0, 0, 0, "", "", limits, Map.of(), 0);
    }

    @Test
    void files_of_version_2_are_for_version_2_and_stay_in_their_directory() {
        assertThat(new ResourceLimits(SECOND).json(unified("memory.high")).toString())
                .isEqualTo("{\"unified\":{\"memory.high\":\"1\"}}");
        assertThatThrownBy(() -> new ResourceLimits(FIRST).json(unified("memory.high")))
                .isInstanceOf(Fault.class);
        assertThatThrownBy(() -> new ResourceLimits(SECOND).json(unified("../x")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("../x");
    }

    private static Resources unified(String file) {
        return new Resources(0, 0, 0, 0, 0, "", "", List.of(), Map.of(file, "1"), 0);
    }
}
