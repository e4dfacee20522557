package io.davit.backend.oci.layers;

import io.davit.backend.oci.content.DigestFunction;
import io.davit.core.domain.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which layer, and on what.
 *
 * @param chain digest over this and all diffs below (OCI image-spec config.md, "ChainID")
 * @param diff of the archive, uncompressed
 */
public record LayerName(Digest chain, Digest diff, Optional<Digest> parent) {
    /** The names of an image's layers, lowest first. */
    public static List<LayerName> of(List<Digest> diffs) {
        List<LayerName> names = new ArrayList<>();
        Optional<Digest> parent = Optional.empty();
        for (Digest diff : diffs) {
            Digest chain = parent.map(below -> chain(below, diff)).orElse(diff);
            names.add(new LayerName(chain, diff, parent));
            parent = Optional.of(chain);
        }
        return names;
    }

    private static Digest chain(Digest below, Digest diff) {
        return DigestFunction.sha256((below + " " + diff).getBytes(StandardCharsets.US_ASCII));
    }
}
