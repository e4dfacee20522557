package io.davit.backend.oci.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that want to harm the node. Needs root: owners, device nodes, trusted.* attributes. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class HostileArchiveSpec {
    @TempDir
    Path directory;

    private LayerStack stack;

    @BeforeEach
    void open() {
        stack = new LayerStack(directory);
    }

    @AfterEach
    void close() {
        stack.close();
    }

    @Nested
    class A_hostile_archive {
        @Test
        void cannot_leave_its_directory_by_dots_or_slashes() throws IOException {
            Layer layer = stack.put(new HandmadeTar()
                    .file("../../up", "x")
                    .file("/root", "x")
                    .file("a/../../../dots", "x")
                    .file("//b//./c", "x"));

            assertThat(layer.directory().resolve("up")).hasContent("x");
            assertThat(layer.directory().resolve("root")).hasContent("x");
            assertThat(layer.directory().resolve("dots")).hasContent("x");
            assertThat(layer.directory().resolve("b/c")).hasContent("x");
            try (var files = Files.walk(directory)) {
                // The mark of durability comes when the disk has everything.
                assertThat(files.filter(Files::isRegularFile).filter(file -> !file.endsWith("durable")))
                        .hasSize(5);
            }
        }

        @Test
        void cannot_leave_its_directory_by_a_symlink() throws IOException {
            Path target = Files.createDirectory(directory.resolve("target"));
            String up = "../".repeat(20) + target.toString().substring(1);

            Layer layer = stack.put(new HandmadeTar()
                    .directory(target.toString().substring(1))
                    .symlink("absolute", target.toString())
                    .file("absolute/one", "x")
                    .symlink("relative", up)
                    .file("relative/two", "x")
                    .file("relative/.wh.three", ""));

            assertThat(target).isEmptyDirectory();
            Path inside = layer.directory().resolve(target.toString().substring(1));
            assertThat(inside.resolve("one")).hasContent("x");
            assertThat(inside.resolve("two")).hasContent("x");
        }

        @Test
        void cannot_write_through_a_symlink_that_it_names_again() throws IOException {
            Path target = Files.writeString(directory.resolve("target"), "untouched");

            Layer layer = stack.put(new HandmadeTar()
                    .symlink("l", target.toString())
                    .file("l", "overwritten")
                    .symlink("m", target.toString())
                    .directory("m"));

            assertThat(target).hasContent("untouched");
            assertThat(layer.directory().resolve("l")).isRegularFile().hasContent("overwritten");
            assertThat(layer.directory().resolve("m")).isDirectory();
        }

        @Test
        void cannot_change_a_file_outside_through_a_hard_link() throws IOException {
            Path target = Files.writeString(directory.resolve("target"), "untouched");

            assertThatThrownBy(() -> stack.put(new HandmadeTar()
                            .symlink("up", "/".repeat(3) + directory)
                            .hardLink("l", "up/target")
                            .file("l", "overwritten")))
                    .isInstanceOf(Fault.class);
            assertThat(target).hasContent("untouched");
        }

        @Test
        void cannot_use_proc_to_reach_the_daemons_files() {
            assertThatThrownBy(() -> stack.put(
                            new HandmadeTar().symlink("self", "/proc/self/root").file("self/tmp/davit-escape", "x")))
                    .isInstanceOf(Fault.class);
            assertThat(Path.of("/tmp/davit-escape")).doesNotExist();
        }

        @Test
        void with_symlinks_in_a_circle_is_refused() {
            assertThatThrownBy(() -> stack.put(new HandmadeTar()
                            .symlink("a", "b")
                            .symlink("b", "a")
                            .file("a/f", "x")))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("a");
            stack.assertNothingLeft();
        }

        @Test
        void cannot_replace_the_root_directory() {
            assertThatThrownBy(() -> stack.put(new HandmadeTar().symlink("./", "/etc")))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("root directory");
            assertThatThrownBy(() -> stack.put(new HandmadeTar().file("..", "x")))
                    .isInstanceOf(Fault.class);
            stack.assertNothingLeft();
        }

        private void setLimits(LayerLimits limits) {
            stack.close();
            stack = new LayerStack(directory, limits, LayerStack.BOOT);
        }

        @Test
        void with_too_many_members_is_refused() {
            setLimits(new LayerLimits(10, 1L << 40, 200, 1 << 20));
            HandmadeTar archive = new HandmadeTar();
            for (int i = 0; i < 11; i++) archive.directory("d" + i);

            assertThatThrownBy(() -> stack.put(archive))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("more than 10 members");
            stack.assertNothingLeft();
        }

        @Test
        void that_swells_beyond_measure_is_refused() {
            setLimits(new LayerLimits(10, 1L << 40, 200, 1 << 20));
            byte[] archive =
                    new HandmadeTar().file("zeros", "\0".repeat(8 << 20)).bytes();

            assertThatThrownBy(() -> stack.put(archive, LayerStack.gzip(archive)))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("bomb");
            stack.assertNothingLeft();
        }

        @Test
        void deeper_than_any_stack_is_deleted_again() {
            HandmadeTar archive = new HandmadeTar();
            String part = "d/".repeat(1500);
            archive.pax(Map.of("path", (part + "f").getBytes(StandardCharsets.UTF_8)))
                    .file("x", "deep");

            Layer layer = stack.put(archive);
            stack.store().release(List.of(layer.chain()));

            stack.assertNothingLeft();
        }
    }
}
