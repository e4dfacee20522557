package io.davit.backend.oci.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MountTableTest {
    private static final MountTable TABLE = MountTable.parse("""
            21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            22 21 0:5 / /proc rw,nosuid - proc proc rw
            30 21 0:40 / /run rw shared:7 master:2 propagate_from:3 - tmpfs tmpfs rw,size=1k
            31 30 0:41 / /run/a\\040b rw,nosuid,nodev - tmpfs shm rw
            32 31 0:42 /x /run/a\\040b/deep ro - ext4 /dev/sda1 rw
            33 31 0:43 / /run/a\\040b rw - overlay overlay rw,lowerdir=/l1:/l2
            """);

    @Test
    void names_with_spaces_are_decoded() {
        assertThat(TABLE.at(Path.of("/run/a b"))).isPresent();
    }

    @Test
    void the_last_of_stacked_mounts_is_on_top() {
        assertThat(TABLE.at(Path.of("/run/a b")).orElseThrow().type()).isEqualTo("overlay");
    }

    @Test
    void optional_fields_tell_the_propagation() {
        MountTable.Entry run = TABLE.at(Path.of("/run")).orElseThrow();
        assertThat(run.shared()).isTrue();
        assertThat(run.slave()).isTrue();
        assertThat(TABLE.at(Path.of("/proc")).orElseThrow().shared()).isFalse();
    }

    @Test
    void a_path_lies_on_the_deepest_mount_above_it() {
        assertThat(TABLE.covering(Path.of("/run/a b/deep/file")).orElseThrow().root())
                .isEqualTo("/x");
        assertThat(TABLE.covering(Path.of("/running")).orElseThrow().type()).isEqualTo("ext4");
    }

    @Test
    void mounts_below_a_directory_come_deepest_first() {
        assertThat(TABLE.below(Path.of("/run")))
                .extracting(entry -> entry.mountPoint().toString())
                .containsExactly("/run/a b/deep", "/run/a b", "/run/a b", "/run");
    }

    @Test
    void the_machine_itself_can_be_read() {
        assertThat(MountTable.read().at(Path.of("/"))).isPresent();
    }
}
