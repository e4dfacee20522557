package io.davit.backend.oci.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.tar.HandmadeTar;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Removals in layers, in overlayfs form. Needs root: owners, device nodes, trusted.* attributes. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class WhiteoutSpec {
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
    class A_removal {
        @Test
        void of_a_file_becomes_a_mark_of_overlayfs() {
            stack.put(new HandmadeTar().file("a", "x"));

            Layer layer = stack.put(new HandmadeTar().file(".wh.a", ""));

            assertThat(LayerStack.status(layer, "a").isWhiteout()).isTrue();
            assertThat(layer.directory().resolve(".wh.a")).doesNotExist();
        }

        @Test
        void of_everything_in_a_directory_makes_it_opaque() {
            Layer layer = stack.put(new HandmadeTar().directory("d").file("d/.wh..wh..opq", ""));

            assertThat(LayerStack.isOpaque(layer, "d")).isTrue();
        }

        @Test
        void of_everything_in_the_root_hides_all_lower_layers() {
            assertThat(stack.put(new HandmadeTar().file(".wh..wh..opq", ""))
                            .unpacked()
                            .hidesLower())
                    .isTrue();
        }

        @Test
        void does_not_touch_what_the_same_layer_brings() {
            Layer layer = stack.put(new HandmadeTar()
                    .file("file", "new")
                    .file(".wh.file", "")
                    .directory("before")
                    .file("before/f", "x")
                    .file(".wh.before", "")
                    .file(".wh.after", "")
                    .directory("after")
                    .file(".wh.implied", "")
                    .file("implied/f", "x"));

            assertThat(layer.directory().resolve("file")).hasContent("new");
            assertThat(LayerStack.isOpaque(layer, "before")).isTrue();
            assertThat(layer.directory().resolve("before/f")).hasContent("x");
            assertThat(LayerStack.isOpaque(layer, "after")).isTrue();
            assertThat(LayerStack.isOpaque(layer, "implied")).isTrue();
        }

        @ParameterizedTest
        @ValueSource(strings = {".wh.", ".wh..", ".wh...", ".wh..wh.plnk", ".wh..wh.aufs"})
        void without_a_name_is_nothing(String name) {
            Layer layer = stack.put(new HandmadeTar().directory("d").file("d/" + name, ""));

            assertThat(layer.directory().resolve("d")).isEmptyDirectory();
            assertThat(LayerStack.isOpaque(layer, "d")).isFalse();
        }

        @Test
        void cannot_be_forged() {
            Layer layer = stack.put(new HandmadeTar()
                    .characterDevice("gone", 0, 0)
                    .pax(Map.of(
                            "SCHILY.xattr.trusted.overlay.opaque", new byte[] {'y'},
                            "SCHILY.xattr.trusted.overlay.redirect", "/etc".getBytes(StandardCharsets.UTF_8),
                            "SCHILY.xattr.user.overlay.opaque", new byte[] {'y'}))
                    .directory("d"));

            assertThat(layer.directory().resolve("gone")).doesNotExist();
            assertThat(LayerStack.isOpaque(layer, "d")).isFalse();
            assertThat(LayerStack.attribute(layer, "d", "trusted.overlay.redirect"))
                    .isEmpty();
            assertThat(LayerStack.attribute(layer, "d", "user.overlay.opaque")).isEmpty();
        }
    }
}
