package io.davit.backend.oci.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LogFileTest {
    @TempDir
    Path root;

    @Test
    void the_file_is_there_with_its_directories_and_a_mode_for_collectors() throws IOException {
        Path log = root.resolve("pod/container/0.log");

        LogFile.prepare(Optional.of(root.resolve("pod")), log);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void what_is_in_it_already_stays() throws IOException {
        Path log = Files.writeString(root.resolve("0.log"), "before\n");

        LogFile.prepare(Optional.of(root), log);

        assertThat(log).hasContent("before\n");
    }

    @Test
    void nothing_outside_of_the_pods_directory_is_touched() {
        Path pod = root.resolve("pod");

        for (Path log : new Path[] {root.resolve("other.log"), pod, pod.resolve("../x.log"), Path.of("x.log")}) {
            assertThatThrownBy(() -> LogFile.prepare(Optional.of(pod), log))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("log_path");
        }
        assertThat(root.resolve("x.log")).doesNotExist();
    }

    @Test
    void a_symlink_that_a_container_has_planted_is_not_followed() throws IOException {
        Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
        Path pod = Files.createDirectories(root.resolve("pod"));
        Files.createSymbolicLink(pod.resolve("container"), elsewhere);
        Files.createSymbolicLink(pod.resolve("0.log"), elsewhere.resolve("file"));

        assertThatThrownBy(() -> LogFile.prepare(Optional.of(pod), pod.resolve("container/0.log")))
                .isInstanceOf(Fault.class);
        assertThatThrownBy(() -> LogFile.prepare(Optional.of(pod), pod.resolve("0.log")))
                .isInstanceOf(Fault.class);
        assertThat(elsewhere).isEmptyDirectory();
    }
}
