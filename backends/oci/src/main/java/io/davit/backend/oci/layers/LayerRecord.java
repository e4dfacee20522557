package io.davit.backend.oci.layers;

import io.davit.backend.oci.content.RecordFile;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code layer.json}.
 *
 * @param parent empty for the lowest layer
 * @param bootId of the boot in which it was unpacked: until the file {@link #DURABLE} stands beside it, a power cut may
 *     have left holes in it
 */
record LayerRecord(
        int version,
        String chain,
        String diff,
        String parent,
        long contentBytes,
        long allocatedBytes,
        long inodes,
        boolean hidesLower,
        String bootId) {
    static final String FILE = "layer.json";
    static final String DURABLE = "durable";

    private static final int VERSION = 1;

    static LayerRecord of(LayerName name, UnpackedLayer unpacked, String bootId) {
        return new LayerRecord(
                VERSION,
                name.chain().toString(),
                name.diff().toString(),
                name.parent().map(Digest::toString).orElse(""),
                unpacked.contentBytes(),
                unpacked.allocatedBytes(),
                unpacked.inodes(),
                unpacked.hidesLower(),
                bootId);
    }

    /** @throws Fault CorruptRecord if the record, or the layer it stands for, cannot be trusted */
    static LayerRecord read(Path file, String bootId) {
        LayerRecord layer = RecordFile.read(file, LayerRecord.class);
        if (layer.version != VERSION) throw corrupt(file, "its version is " + layer.version + ", not " + VERSION);
        boolean trusted = layer.bootId.equals(bootId) || isDurable(file.resolveSibling(""));
        if (!trusted) throw corrupt(file, "the host went down before the layer was written out");
        return layer;
    }

    /** Whether the layer in {@code home} was written out to the disk. */
    static boolean isDurable(Path home) {
        return Files.exists(home.resolve(DURABLE));
    }

    /** What deleting the directory frees, if its record can still be read; else that is found out by doing it. */
    static Trash.Tree inTrash(Path home) {
        try {
            LayerRecord layer = RecordFile.read(home.resolve(FILE), LayerRecord.class);
            return new Trash.Tree(home, layer.allocatedBytes, layer.inodes);
        } catch (Fault _) {
            return new Trash.Tree(home, 0, 0); // half-made or half-deleted
        }
    }

    private static Fault corrupt(Path file, String why) {
        return new Fault(new Fault.Kind.CorruptRecord(file.toString(), why));
    }

    Layer toLayer(Path directory) {
        Optional<Digest> below = parent.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(parent));
        UnpackedLayer unpacked = new UnpackedLayer(contentBytes, allocatedBytes, inodes, hidesLower);
        return new Layer(Digest.parse(chain), Digest.parse(diff), below, directory, unpacked);
    }
}
