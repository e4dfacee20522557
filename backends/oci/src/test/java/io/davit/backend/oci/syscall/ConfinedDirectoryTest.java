package io.davit.backend.oci.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConfinedDirectoryTest {
    @TempDir
    Path directory;

    @Test
    void symlinks_are_meant_from_the_directory_as_root() throws IOException {
        Files.createDirectories(directory.resolve("real"));
        Files.writeString(directory.resolve("real/passwd"), "inside");
        Files.createSymbolicLink(directory.resolve("etc"), Path.of("/real"));

        assertThat(read("etc/passwd")).isEqualTo("inside");
    }

    @Test
    void no_symlink_leads_out() throws IOException {
        Files.createSymbolicLink(directory.resolve("up"), Path.of("../../../../../../etc"));
        Files.createSymbolicLink(directory.resolve("abs"), Path.of("/etc/passwd"));

        assertThat(read("up/passwd")).isEmpty();
        assertThat(read("abs")).isEmpty();
        assertThat(read("../../../../etc/passwd")).isEmpty();
    }

    @Test
    void what_is_no_regular_file_or_too_large_is_refused() throws IOException {
        Files.createDirectories(directory.resolve("d"));
        Files.writeString(directory.resolve("large"), "x".repeat(101));

        assertThatThrownBy(() -> read("d")).isInstanceOf(Fault.class).hasMessageContaining("regular");
        assertThatThrownBy(() -> read("large")).isInstanceOf(Fault.class).hasMessageContaining("100");
    }

    @Test
    void directories_are_made_inside_only() throws IOException {
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Path root = Files.createDirectories(directory.resolve("root"));
        Files.createSymbolicLink(root.resolve("var"), outside);
        Files.createDirectories(root.resolve(outside.toString().substring(1)));

        try (ConfinedDirectory confined = ConfinedDirectory.open(root)) {
            assertThat(confined.makeDirectories(Path.of("a/b/c"), -1, -1)).isEqualTo(root.resolve("a/b/c"));
            assertThat(confined.makeDirectories(Path.of("var/lib"), -1, -1)).startsWith(root);
        }

        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void a_symlink_to_what_is_yet_to_be_made_is_followed_inside_only() throws IOException {
        Path outside = directory.resolve("outside");
        Path root = Files.createDirectories(directory.resolve("root"));
        Files.createDirectory(root.resolve("app"));
        Files.createSymbolicLink(root.resolve("app/data"), Path.of("/volume/data"));
        Files.createSymbolicLink(root.resolve("app/up"), Path.of("../other"));
        Files.createSymbolicLink(root.resolve("app/out"), Path.of("../../outside"));
        Files.createSymbolicLink(root.resolve("app/self"), Path.of("self"));
        Files.createSymbolicLink(root.resolve("app/odd"), Path.of("none/../odd"));

        try (ConfinedDirectory confined = ConfinedDirectory.open(root)) {
            assertThat(confined.makeDirectories(Path.of("app/data/in"), -1, -1))
                    .isEqualTo(root.resolve("volume/data/in"));
            assertThat(confined.makeDirectories(Path.of("app/up"), -1, -1)).isEqualTo(root.resolve("other"));
            assertThat(confined.makeDirectories(Path.of("app/out"), -1, -1)).startsWith(root);
            for (String loop : List.of("app/self", "app/odd")) {
                assertThatThrownBy(() -> confined.makeDirectories(Path.of(loop), -1, -1))
                        .isInstanceOf(Fault.class)
                        .hasMessageContaining("ELOOP");
            }
        }

        assertThat(outside).doesNotExist();
    }

    private String read(String name) {
        try (ConfinedDirectory confined = ConfinedDirectory.open(directory)) {
            return confined.read(name, 100).map(String::new).orElse("");
        }
    }
}
