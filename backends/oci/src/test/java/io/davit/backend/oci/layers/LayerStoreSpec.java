package io.davit.backend.oci.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.Zstd;
import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.syscall.Mounts;
import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stays and what goes. Needs root: owners, device nodes, trusted.* attributes. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class LayerStoreSpec {
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
        private Layer put() {
            Layer layer = stack.put(new HandmadeTar().file("f", "x"));
            await().until(() -> Files.exists(mark(layer)));
            stack.close();
            return layer;
        }

        private static Path mark(Layer layer) {
            return layer.directory().resolveSibling(LayerRecord.DURABLE);
        }

        private void reopen(String boot) {
            stack = new LayerStack(directory, LayerLimits.STANDARD, boot);
        }

        @Test
        void is_found_again_after_a_restart_and_after_a_reboot() {
            Layer layer = put();

            reopen(LayerStack.BOOT);
            assertThat(stack.store().find(layer.chain())).contains(layer);
            stack.close();
            reopen("boot-2");
            assertThat(stack.store().find(layer.chain())).contains(layer);
        }

        @Test
        void that_was_not_written_out_before_a_power_cut_is_given_up() throws IOException {
            Files.delete(mark(put()));

            reopen("boot-2");

            assertThat(stack.store().all()).isEmpty();
            stack.assertNothingLeft();
        }

        @Test
        void that_was_not_written_out_before_a_restart_is_written_out_then() throws IOException {
            Layer layer = put();
            Files.delete(mark(layer));

            reopen(LayerStack.BOOT);

            await().until(() -> Files.exists(mark(layer)));
        }
    }

    @Nested
    class A_damaged_layer_leaves_nothing {
        private final byte[] archive =
                new HandmadeTar().file("f", "x".repeat(10_000)).bytes();
        private final LayerName name =
                LayerName.of(List.of(DigestFunction.sha256(archive))).getFirst();

        private void assertRefused(byte[] packed, String words) {
            assertThatThrownBy(() -> stack.store().install(name, new ByteArrayInputStream(packed), List::of))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining(words);
            stack.assertNothingLeft();
        }

        @Test
        void when_its_digest_is_another_one() {
            assertRefused(new HandmadeTar().file("f", "other").bytes(), "digest");
        }

        @Test
        void when_it_is_cut_off() {
            byte[] packed = LayerStack.gzip(archive);

            assertRefused(Arrays.copyOf(packed, packed.length / 2), name.diff().toString());
            assertRefused(Arrays.copyOf(archive, 2000), "ends in the middle");
            assertRefused(new byte[0], "digest");
        }

        @Test
        void when_its_compression_is_broken() {
            byte[] packed = LayerStack.gzip(archive);
            packed[20] ^= 0x7f;
            byte[] zstd = Zstd.compress(archive);
            zstd[zstd.length / 2] ^= 0x7f;

            assertRefused(packed, "damaged");
            assertRefused(zstd, "damaged");
        }

        @Test
        void when_it_is_compressed_in_a_way_no_image_is() {
            assertRefused("BZh91AY&SY".getBytes(StandardCharsets.US_ASCII), "bzip2");
        }

        @Test
        void when_the_thread_is_interrupted() {
            InputStream slow = new InputStream() {
                @Override
                public int read() throws IOException {
                    return read(new byte[1], 0, 1);
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted");
                }
            };

            assertThatThrownBy(() -> stack.store().install(name, slow, List::of))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.Cancelled.class));
            assertThat(Thread.interrupted()).isTrue();
            stack.assertNothingLeft();
        }
    }

    @Test
    void a_layer_goes_when_nobody_holds_it() {
        Layer below = stack.put(new HandmadeTar().file("a", "x"));
        Layer top = stack.put(new HandmadeTar().file("b", "x"));
        List<Digest> chains = List.of(below.chain(), top.chain());
        assertThat(stack.store().holdAll(chains)).isTrue();
        assertThat(stack.store().holdAll(List.of(below.chain()))).isTrue();

        stack.store().release(chains);
        assertThat(stack.store().all()).containsExactly(below);

        stack.store().release(List.of(below.chain()));
        stack.assertNothingLeft();
        assertThat(stack.store().holdAll(chains)).isFalse();
    }

    @Test
    void what_a_crash_has_left_is_deleted_when_the_store_opens() throws IOException {
        Path layers = directory.resolve("layers");
        Files.createDirectories(layers.resolve("unfinished-abc/diff/deep"));
        Files.writeString(layers.resolve("unfinished-abc/diff/deep/f"), "x");
        Files.createDirectories(layers.resolve("trash-7/diff"));
        Files.createDirectories(layers.resolve("8/diff"));
        Files.writeString(Files.createDirectories(layers.resolve("9/diff")).resolveSibling("layer.json"), "{");

        stack.close();
        stack = new LayerStack(directory);

        assertThat(stack.store().all()).isEmpty();
        stack.assertNothingLeft();
    }

    @Test
    void a_layer_comes_again_while_it_is_still_being_deleted() {
        HandmadeTar archive = new HandmadeTar();
        for (int file = 0; file < 2000; file++) archive.file("f" + file, "x");
        Digest diff = DigestFunction.sha256(archive.bytes());
        LayerName name = LayerName.of(List.of(diff)).getFirst();
        for (int round = 0; round < 5; round++) {
            Layer layer = stack.store().install(name, new ByteArrayInputStream(archive.bytes()), List::of);
            assertThat(stack.store().find(layer.chain())).contains(layer);
            assertThat(layer.directory().resolve("f1999")).exists();
            stack.store().hold(List.of(layer.chain()));
            stack.store().release(List.of(layer.chain()));
            assertThat(stack.store().find(layer.chain())).isEmpty();
        }

        stack.assertNothingLeft();
        assertThat(stack.store().deleted()).isEqualTo(5);
        assertThat(stack.store().usage()).isEqualTo(new LayerStore.Usage(0, 0, 0));
    }

    @Test
    void a_number_that_stands_in_the_trash_is_not_given_again() throws IOException {
        Path layers = directory.resolve("layers");
        stack.close();
        Path trash = layers.resolve("trash-7");
        Files.createDirectories(trash.resolve("diff"));
        // What cannot be deleted stays: here because something is mounted in it.
        Mounts.mount("tmpfs", trash.resolve("diff"), "tmpfs", Set.of(), "");
        try {
            stack = new LayerStack(directory);
            Layer layer = stack.put(new HandmadeTar().file("f", "x"));
            stack.store().hold(List.of(layer.chain()));

            stack.store().release(List.of(layer.chain()));

            assertThat(stack.store().awaitDeletions(Duration.ofMinutes(1))).isTrue();
            assertThat(layers).isDirectoryContaining("glob:**/trash-7");
            assertThat(layer.directory().getParent()).doesNotExist().hasFileName("8");
        } finally {
            Mounts.detachAll(trash.resolve("diff"));
        }
        stack.store().sweep(Instant.MIN);
        stack.assertNothingLeft();
    }
}
