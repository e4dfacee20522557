package io.davit.backend.oci.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.files.VolatileLayout;
import io.davit.core.domain.SandboxId;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PodLevelsTest {
    private static final int PAIRS = 1024 * 1023 / 2;

    @TempDir
    Path root;

    @Test
    void every_number_has_two_categories_of_its_own() {
        assertThat(PodLevels.level(0)).isEqualTo("s0:c0,c1");
        assertThat(PodLevels.level(2)).isEqualTo("s0:c1,c2");
        assertThat(PodLevels.level(PAIRS - 1)).isEqualTo("s0:c1022,c1023");
        assertThat(IntStream.range(0, PAIRS)
                        .mapToObj(PodLevels::level)
                        .distinct()
                        .count())
                .isEqualTo(PAIRS);
    }

    @Test
    void a_level_that_another_pod_has_is_left_to_it() {
        VolatileLayout layout = new VolatileLayout(root);
        SandboxId first = SandboxId.random(new Random(1));
        SandboxId second = SandboxId.random(new Random(2));
        PrivateFiles.makeDirectory(layout.sandbox(first));
        PrivateFiles.makeDirectory(layout.sandbox(second));
        String wanted = new PodLevels(layout).take(second);
        PrivateFiles.write(new SandboxDirectory(layout.sandbox(first)).selinuxLevel(), wanted);

        String taken = new PodLevels(layout).take(second);

        assertThat(taken).isNotEqualTo(wanted).matches("s0:c\\d+,c\\d+");
        assertThat(new SandboxDirectory(layout.sandbox(second)).readSelinuxLevel())
                .contains(taken);
    }
}
