package io.davit.backend.oci.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.FileStatus;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** A layer store in a directory of its own, and the layers put into it one on top of the other. */
final class LayerStack implements AutoCloseable {
    static final String BOOT = "boot-1";

    private final Path directory;
    private final LayerStore store;
    private final List<Layer> layers = new ArrayList<>();

    LayerStack(Path directory) {
        this(directory, LayerLimits.STANDARD, BOOT);
    }

    LayerStack(Path directory, LayerLimits limits, String boot) {
        this.directory = directory;
        this.store = LayerStore.open(directory.resolve("layers"), limits, boot);
    }

    LayerStore store() {
        return store;
    }

    /** The layers that were put, lowest first. */
    List<Layer> layers() {
        return List.copyOf(layers);
    }

    Layer put(HandmadeTar archive) {
        return put(archive.bytes(), archive.bytes());
    }

    /** @param packed {@code archive}, compressed or not */
    Layer put(byte[] archive, byte[] packed) {
        return put(DigestFunction.sha256(archive), packed);
    }

    /** @param diff what {@code packed} is said to hold */
    Layer put(Digest diff, byte[] packed) {
        List<Digest> diffs = new ArrayList<>(layers.stream().map(Layer::diff).toList());
        diffs.add(diff);
        LayerName name = LayerName.of(diffs).getLast();
        Layer layer = store.install(name, new ByteArrayInputStream(packed), () -> List.copyOf(layers.reversed()));
        layers.add(layer);
        return layer;
    }

    @Override
    public void close() {
        store.close();
    }

    void assertNothingLeft() {
        assertThat(store.awaitDeletions(Duration.ofMinutes(1))).isTrue();
        assertThat(directory.resolve("layers")).isEmptyDirectory();
    }

    static FileStatus status(Layer layer, String path) {
        RawPath raw = RawPath.of(path);
        try (Directory root = Directory.open(layer.directory());
                Directory parent = root.inRoot(raw.parent()).orElseThrow()) {
            return parent.status(raw.name()).orElseThrow();
        }
    }

    /** An extended attribute; empty if it is not set. */
    static byte[] attribute(Layer layer, String path, String name) {
        RawPath raw = RawPath.of(path);
        try (Directory root = Directory.open(layer.directory());
                Directory parent = root.inRoot(raw.parent()).orElseThrow()) {
            return parent.attributes(raw.name()).get(name).orElse(new byte[0]);
        }
    }

    static boolean isOpaque(Layer layer, String path) {
        return new String(attribute(layer, path, OverlayMarks.OPAQUE), StandardCharsets.US_ASCII).equals("y");
    }

    static byte[] gzip(byte[] data) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
