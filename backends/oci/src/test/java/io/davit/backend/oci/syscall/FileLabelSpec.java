package io.davit.backend.oci.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels as the file system keeps them, which needs root but no SELinux. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class FileLabelSpec {
    private static final String CONTEXT = "system_u:object_r:container_ro_file_t:s0";

    @TempDir
    Path root;

    private Path tree;
    private Path file;

    @BeforeEach
    void make_a_tree() throws IOException {
        tree = Files.createDirectories(root.resolve("tree/below/deeper"));
        file = Files.writeString(tree.resolve("file"), "");
        tree = root.resolve("tree");
    }

    private Optional<String> label(Path path) {
        try (Directory above = Directory.open(Objects.requireNonNull(path.getParent()))) {
            return above.attributes(RawPath.of(path.getFileName().toString()))
                    .get("security.selinux")
                    .map(value -> new String(value, StandardCharsets.UTF_8).replace("\0", ""));
        }
    }

    @Test
    void a_tree_is_labelled_with_all_it_holds_and_not_what_its_symlinks_lead_to() throws IOException {
        Path outside = Files.writeString(root.resolve("outside"), "");
        Path link = Files.createSymbolicLink(tree.resolve("link"), outside);
        Optional<String> before = label(outside);

        FileLabel.setAll(tree, CONTEXT);

        assertThat(label(tree)).contains(CONTEXT);
        assertThat(label(tree.resolve("below"))).contains(CONTEXT);
        assertThat(label(file)).contains(CONTEXT);
        assertThat(label(link)).contains(CONTEXT);
        assertThat(label(outside)).isEqualTo(before);
    }

    @Test
    void a_tree_that_has_the_label_is_not_walked_again() throws IOException {
        FileLabel.setAll(tree, CONTEXT);
        FileLabel.set(file, "system_u:object_r:other_t:s0");

        FileLabel.setAll(tree, CONTEXT);

        assertThat(label(file)).contains("system_u:object_r:other_t:s0");
    }
}
