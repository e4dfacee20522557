package io.davit.backend.oci.layers;

import com.github.luben.zstd.ZstdIOException;
import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.syscall.Directory;
import io.davit.backend.oci.syscall.RawPath;
import io.davit.backend.oci.tar.TarFormatException;
import io.davit.backend.oci.tar.TarReader;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.ZipException;

/** One layer from its packed archive to a directory: decompress, digest, unpack, check, settle. Used once. */
final class LayerInstallation {
    private static final RawPath SELF = RawPath.of(".");
    private static final int ROOT_PERMISSIONS = 0755;
    private static final int DRAIN_BYTES = 64 * 1024;

    private final LayerName name;
    private final Path directory;
    private final LayerLimits limits;
    private long packedBytes;
    private long unpackedBytes;

    LayerInstallation(LayerName name, Path directory, LayerLimits limits) {
        this.name = name;
        this.directory = directory;
        this.limits = limits;
    }

    UnpackedLayer run(InputStream packed, Supplier<List<Layer>> below) throws IOException {
        Directory root = Directory.open(directory);
        try (LayerTree tree = new LayerTree(root)) {
            root.chmod(SELF, ROOT_PERMISSIONS);
            LayerUnpacker unpacker = new LayerUnpacker(tree, limits);
            verify(unpack(unpacker, packed));
            List<Layer> stack = below.get();
            LowerLayers lower = new LowerLayers(unpacker.hidesLower() ? List.of() : visible(stack));
            new Settlement(tree, lower).settle(unpacker.unresolvedLinks());
            return unpacker.finish();
        }
    }

    private Digest unpack(LayerUnpacker unpacker, InputStream packed) throws IOException {
        DigestFunction digest = DigestFunction.of(name.diff());
        InputStream metered = new MeteredInput(packed, (_, _, length) -> packedBytes += length);
        try (InputStream unpacked = new MeteredInput(Decompression.open(metered), (data, offset, length) -> {
            digest.update(data, offset, length);
            unpackedBytes += length;
            limits.checkRatio(packedBytes, unpackedBytes);
        })) {
            unpacker.unpack(new TarReader(unpacked));
            // What stands behind the compressed stream belongs to the blob and its digest.
            byte[] rest = new byte[DRAIN_BYTES];
            while (metered.read(rest) >= 0) {}
            return digest.finish();
        } catch (TarFormatException | ZipException | ZstdIOException | EOFException e) {
            throw Fault.failed("unpack the layer " + name.diff(), e.getMessage() + "; the image is damaged");
        }
    }

    private void verify(Digest actual) {
        if (actual.equals(name.diff())) return;
        throw Fault.failed(
                "unpack the layer " + name.diff(),
                "its content has the digest " + actual + "; the image's configuration and its layers do not fit");
    }

    /** Directories of layers, topmost first, down to the one that hides what is below it. */
    static List<Path> visible(List<Layer> stack) {
        List<Path> directories = new ArrayList<>();
        for (Layer layer : stack) {
            directories.add(layer.directory());
            if (layer.unpacked().hidesLower()) break;
        }
        return directories;
    }
}
