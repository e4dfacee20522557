package io.davit.backend.oci.image;

import io.davit.core.domain.Fault;

/** For a fuzzer: any bytes are a manifest, or are refused with a fault, but never a bug. */
public final class ManifestFuzz {
    private ManifestFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            switch (Manifest.parse("fuzz", data)) {
                case Manifest.Index index -> {
                    var _ = index.choose(Platform.host());
                    var _ = index.platforms().toString();
                }
                case Manifest.OneImage image -> {
                    if (image.layers().size() > Manifest.ENTRIES_MAX) throw new AssertionError("too many layers");
                }
            }
        } catch (Fault _) {
            // Refused: that is an answer.
        }
    }
}
