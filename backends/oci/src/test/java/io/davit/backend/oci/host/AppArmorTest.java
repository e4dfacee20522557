package io.davit.backend.oci.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.spi.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AppArmorTest {
    @TempDir
    Path root;

    private final List<Command> run = new ArrayList<>();

    private AppArmor appArmor(Path profiles) {
        return new AppArmor(true, profiles, command -> {
            run.add(command);
            throw new AssertionError("not to be run here: " + command);
        });
    }

    @Test
    void a_profile_is_loaded_if_the_kernel_lists_it_whatever_its_mode() throws IOException {
        Path list =
                Files.writeString(root.resolve("profiles"), "one (enforce)\nwith space (complain)\none-more (kill)\n");

        assertThat(appArmor(list).has("one")).isTrue();
        assertThat(appArmor(list).has("with space")).isTrue();
        assertThat(appArmor(list).has("one-")).isFalse();
        assertThat(appArmor(list).has("two")).isFalse();
    }

    @Test
    void where_the_list_cannot_be_read_the_runtime_is_to_find_out() {
        assertThat(appArmor(root.resolve("missing")).has("any")).isTrue();
    }
}
