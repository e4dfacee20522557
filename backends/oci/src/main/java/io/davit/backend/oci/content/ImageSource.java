package io.davit.backend.oci.content;

import io.davit.core.domain.Digest;
import java.util.Optional;

/** Where the content of an image comes from: a registry, or an archive. Thread-safe. */
public interface ImageSource {
    /**
     * A manifest or index.
     *
     * @param mediaType as the source says beside it; may be empty
     */
    record FetchedManifest(Digest digest, byte[] body, String mediaType) {}

    /** Which digest {@code tag} has now, if the source tells without sending the manifest. */
    Optional<Digest> digestOf(String tag);

    /** What {@code tag} points to. */
    FetchedManifest manifest(String tag);

    /** @throws io.davit.core.domain.Fault Failed if what comes does not have this digest */
    FetchedManifest manifest(Digest digest);

    /** A small blob, in memory. */
    byte[] smallBlob(Digest digest, int bytesMax);

    /** An index of the manifests that have this one as their subject; empty if the source keeps none. */
    default Optional<byte[]> referrers(Digest manifest) {
        return Optional.empty();
    }

    /** Fetches what is missing of a blob, and finishes it. */
    void blob(Digest digest, PartialBlob blob);

    /** The source without others in front of it that may send damaged content; empty if there are none. */
    default Optional<ImageSource> origin() {
        return Optional.empty();
    }
}
