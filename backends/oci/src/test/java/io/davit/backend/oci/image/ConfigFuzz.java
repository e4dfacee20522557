package io.davit.backend.oci.image;

import io.davit.backend.oci.layers.LayerName;
import io.davit.core.domain.Fault;

/** For a fuzzer: any bytes are a configuration, or are refused with a fault, but never a bug. */
public final class ConfigFuzz {
    private ConfigFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            ConfigBlob config = ConfigBlob.parse("fuzz", data);
            if (LayerName.of(config.diffs()).size() != config.diffs().size()) throw new AssertionError("layers");
            var _ = Platform.host().runs(config.platform());
        } catch (Fault _) {
            // Refused: that is an answer.
        }
    }
}
