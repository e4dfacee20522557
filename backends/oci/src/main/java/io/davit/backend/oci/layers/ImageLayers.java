package io.davit.backend.oci.layers;

import io.davit.core.domain.Digest;
import io.davit.core.domain.ImageId;
import java.util.List;
import java.util.Optional;

/** Tells what an image is made of. */
public interface ImageLayers {
    /** The chains of an image's layers, lowest first; empty if there is no such image. */
    Optional<List<Digest>> chains(ImageId image);
}
