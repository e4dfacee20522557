package io.davit.backend.oci.image;

import io.davit.backend.oci.content.ImageSource;
import io.davit.backend.oci.layers.LayerName;
import io.davit.core.domain.Digest;

/** One layer to bring, and where from. */
record LayerOrder(LayerName name, Descriptor blob, ImageSource source) {
    Digest digest() {
        return blob.digest();
    }
}
