package io.davit.core.spi;

import io.davit.core.domain.Digest;

/**
 * How far a layer of an image is that is being pulled.
 *
 * @param layer the digest of its blob
 * @param fetchedBytes of the blob, packed
 * @param blobBytes of the whole blob
 */
public record LayerProgress(Digest layer, Step step, long fetchedBytes, long blobBytes) {
    /** In this order; a layer that others need as well may be further than one thinks. */
    public enum Step {
        WAITING,
        FETCHING,
        UNPACKING,
        DONE
    }
}
