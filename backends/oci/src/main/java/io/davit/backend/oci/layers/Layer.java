package io.davit.backend.oci.layers;

import io.davit.core.domain.Digest;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A layer that is whole on disk.
 *
 * @param chain names the layer together with all below it (OCI image-spec config.md, "ChainID")
 * @param parent the chain below; empty for the lowest
 * @param directory what overlayfs takes as a lower directory
 */
public record Layer(Digest chain, Digest diff, Optional<Digest> parent, Path directory, UnpackedLayer unpacked) {}
