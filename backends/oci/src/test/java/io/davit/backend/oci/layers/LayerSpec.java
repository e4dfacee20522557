package io.davit.backend.oci.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.davit.backend.oci.syscall.FileStatus;
import io.davit.backend.oci.syscall.FileType;
import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.Fault;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
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

/** What an archive becomes. Needs root: owners, device nodes, trusted.* attributes. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class LayerSpec {
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
    class A_layer {
        @Test
        void has_files_with_owner_mode_and_time() {
            Layer layer = stack.put(new HandmadeTar()
                    .owner(1000, 2000)
                    .mode(04711)
                    .file("su", "content")
                    .mode(01777)
                    .directory("tmp/"));

            FileStatus su = LayerStack.status(layer, "su");
            assertThat(layer.directory().resolve("su")).hasContent("content");
            assertThat(su.permissions()).isEqualTo(04711);
            assertThat(su.uid()).isEqualTo(1000);
            assertThat(su.gid()).isEqualTo(2000);
            assertThat(su.modifiedSeconds()).isEqualTo(1_000_000_000);
            assertThat(LayerStack.status(layer, "tmp").permissions()).isEqualTo(01777);
        }

        @Test
        void keeps_the_time_of_a_directory_that_was_filled_later() {
            Layer layer = stack.put(new HandmadeTar().directory("d").file("d/f", "x"));

            assertThat(LayerStack.status(layer, "d").modifiedSeconds()).isEqualTo(1_000_000_000);
        }

        @Test
        void has_links_nodes_and_attributes() {
            byte[] capability = HexFormat.of().parseHex("0100000200200000000000000000000000000000");
            Layer layer = stack.put(new HandmadeTar()
                    .pax(Map.of(
                            "SCHILY.xattr.security.capability",
                            capability,
                            "SCHILY.xattr.user.note",
                            "hi".getBytes(StandardCharsets.UTF_8)))
                    .file("ping", "x")
                    .hardLink("ping6", "ping")
                    .symlink("p", "/ping")
                    .characterDevice("null", 1, 3)
                    .fifo("pipe"));

            assertThat(LayerStack.attribute(layer, "ping", "security.capability"))
                    .isEqualTo(capability);
            assertThat(LayerStack.attribute(layer, "ping", "user.note"))
                    .asString()
                    .isEqualTo("hi");
            assertThat(LayerStack.status(layer, "ping6").inode())
                    .isEqualTo(LayerStack.status(layer, "ping").inode());
            assertThat(LayerStack.status(layer, "p").type()).isEqualTo(FileType.SYMLINK);
            assertThat(LayerStack.status(layer, "null").type()).isEqualTo(FileType.CHARACTER_DEVICE);
            assertThat(LayerStack.status(layer, "null").nodeMinor()).isEqualTo(3);
            assertThat(LayerStack.status(layer, "pipe").type()).isEqualTo(FileType.FIFO);
        }

        @Test
        void may_name_a_file_twice_and_the_last_one_counts() {
            Layer layer = stack.put(new HandmadeTar()
                    .file("a", "old")
                    .file("a", "new")
                    .directory("b")
                    .file("b/c", "x")
                    .file("b", "file now")
                    .symlink("s", "nowhere")
                    .file("s", "no link")
                    .file("d", "file")
                    .directory("d")
                    .file("d/e", "inside"));

            assertThat(layer.directory().resolve("a")).hasContent("new");
            assertThat(layer.directory().resolve("b")).hasContent("file now");
            assertThat(layer.directory().resolve("s")).isRegularFile();
            assertThat(layer.directory().resolve("d/e")).hasContent("inside");
        }

        @Test
        void counts_its_content() {
            UnpackedLayer unpacked = stack.put(new HandmadeTar().directory("d").file("d/f", "x".repeat(5000)))
                    .unpacked();

            assertThat(unpacked.contentBytes()).isEqualTo(5000);
            assertThat(unpacked.allocatedBytes()).isEqualTo(4096 + 8192);
            assertThat(unpacked.inodes()).isEqualTo(3);
        }

        @Test
        void may_be_compressed_with_gzip_in_several_members_or_zstd() {
            byte[] archive = new HandmadeTar().file("f", "x".repeat(100_000)).bytes();
            ByteArrayOutputStream twoMembers = new ByteArrayOutputStream();
            twoMembers.writeBytes(LayerStack.gzip(Arrays.copyOf(archive, 700)));
            twoMembers.writeBytes(LayerStack.gzip(Arrays.copyOfRange(archive, 700, archive.length)));

            assertThat(stack.put(archive, LayerStack.gzip(archive)).unpacked().contentBytes())
                    .isEqualTo(100_000);
            assertThat(stack.put(archive, twoMembers.toByteArray()).unpacked().contentBytes())
                    .isEqualTo(100_000);
            assertThat(stack.put(archive, Zstd.compress(archive)).unpacked().contentBytes())
                    .isEqualTo(100_000);
            assertThat(stack.put(archive, archive).unpacked().contentBytes()).isEqualTo(100_000);
        }
    }

    @Nested
    class A_directory_that_is_not_described {
        @Test
        void looks_as_it_does_in_the_layers_below() {
            stack.put(new HandmadeTar()
                    .mode(01777)
                    .owner(5, 6)
                    .directory("tmp")
                    .mode(0700)
                    .directory("./"));
            stack.put(new HandmadeTar().file("other", "x"));

            Layer layer = stack.put(new HandmadeTar().file("tmp/f", "x"));

            assertThat(LayerStack.status(layer, "tmp").permissions()).isEqualTo(01777);
            assertThat(LayerStack.status(layer, "tmp").uid()).isEqualTo(5);
            assertThat(LayerStack.status(layer, ".").permissions()).isEqualTo(0700);
        }

        @Test
        void is_plain_if_no_layer_describes_it_or_it_was_removed() {
            stack.put(new HandmadeTar().mode(0700).directory("d"));
            stack.put(new HandmadeTar().file(".wh.d", ""));

            Layer layer = stack.put(new HandmadeTar().file("d/f", "x").file("n/f", "x"));

            assertThat(LayerStack.status(layer, "d").permissions()).isEqualTo(0755);
            assertThat(LayerStack.status(layer, "n").permissions()).isEqualTo(0755);
        }
    }

    @Nested
    class A_hard_link {
        @Test
        void to_a_file_of_a_lower_layer_becomes_a_copy_with_two_names() {
            stack.put(new HandmadeTar().mode(0640).owner(7, 8).file("d/a", "lower"));

            Layer layer = stack.put(new HandmadeTar().hardLink("b", "d/a"));

            assertThat(layer.directory().resolve("b")).hasContent("lower");
            assertThat(LayerStack.status(layer, "b").inode())
                    .isEqualTo(LayerStack.status(layer, "d/a").inode());
            assertThat(LayerStack.status(layer, "b").permissions()).isEqualTo(0640);
            assertThat(LayerStack.status(layer, "b").gid()).isEqualTo(8);
        }

        @Test
        void to_a_later_member_is_made_in_the_end() {
            Layer layer = stack.put(new HandmadeTar().hardLink("b", "a").file("a", "late"));

            assertThat(layer.directory().resolve("b")).hasContent("late");
        }

        @ParameterizedTest
        @ValueSource(strings = {"nothing", "removed", "/etc/hostname", "../../etc/hostname", "outside/hostname"})
        void to_something_that_is_not_in_the_image_is_refused(String target) {
            stack.put(new HandmadeTar().file("removed", "x"));
            Layer middle = stack.put(new HandmadeTar().file(".wh.removed", "").symlink("outside", "/etc"));

            assertThatThrownBy(() -> stack.put(
                            new HandmadeTar().symlink("outside", "/etc").hardLink("l", target)))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("does not exist");
            assertThat(stack.store().all()).hasSize(2).contains(middle);
        }

        @Test
        void to_a_directory_is_refused() {
            assertThatThrownBy(() -> stack.put(new HandmadeTar().directory("d").hardLink("l", "d")))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("directory");
            stack.assertNothingLeft();
        }
    }
}
