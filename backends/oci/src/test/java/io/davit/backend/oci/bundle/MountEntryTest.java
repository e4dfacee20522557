package io.davit.backend.oci.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MountEntryTest {
    @Test
    void a_destination_is_absolute_and_plain() {
        assertThat(MountEntry.destination("data")).isEqualTo(Path.of("/data"));
        assertThat(MountEntry.destination("/a/./b/../c/")).isEqualTo(Path.of("/a/c"));
        assertThat(MountEntry.destination("/../../etc")).isEqualTo(Path.of("/etc"));
    }

    @Test
    void the_root_itself_cannot_be_mounted_on() {
        for (String path : new String[] {"", "/", "/..", "a\0b"}) {
            assertThatThrownBy(() -> MountEntry.destination(path)).isInstanceOf(Fault.class);
        }
    }
}
