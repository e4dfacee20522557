package io.davit.backend.oci.layers;

import io.davit.backend.oci.content.RecordFile;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageId;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code reference.json} beside a writable layer: what it was put on, so that those layers stay across restarts.
 *
 * @param chains of the image's layers, lowest first
 */
record RootReference(int version, String image, List<String> chains) {
    static final String FILE = "reference.json";

    private static final int VERSION = 1;

    RootReference {
        chains = List.copyOf(chains);
    }

    static RootReference of(ImageId image, List<Digest> chains) {
        return new RootReference(
                VERSION, image.toString(), chains.stream().map(Digest::toString).toList());
    }

    static RootReference read(Path file) {
        RootReference reference = RecordFile.read(file, RootReference.class);
        if (reference.version == VERSION) return reference;
        String why = "its version is " + reference.version + ", not " + VERSION;
        throw new Fault(new Fault.Kind.CorruptRecord(file.toString(), why));
    }

    List<Digest> digests() {
        return chains.stream().map(Digest::parse).toList();
    }
}
