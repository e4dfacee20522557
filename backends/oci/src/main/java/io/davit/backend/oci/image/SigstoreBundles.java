package io.davit.backend.oci.image;

import io.davit.backend.oci.content.ImageSource;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signatures as cosign makes them since version 3: manifests of the type of a sigstore bundle that have the image as
 * their subject, found by the registry's referrers or, where it has none, in the index under the tag {@code sha256-HEX}
 * (cosign, specs/BUNDLE_SPEC.md; OCI distribution-spec, "Listing Referrers"). Only the first page of referrers is looked
 * at, which a registry may fill with 4 MiB.
 */
final class SigstoreBundles {
    /** Of versions 0.1 to 0.3, whose names differ only behind it. */
    private static final String BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle";

    private static final String PREDICATE_TYPE = "dev.sigstore.bundle.predicateType";
    /** One with an entry in a transparency log has some 10 KiB. */
    private static final int BUNDLE_BYTES_MAX = 1024 * 1024;
    /** Each costs two requests. */
    private static final int BUNDLES_MAX = 50;

    private static final byte[] NOTHING = {};

    private static final JsonMapper JSON = new JsonMapper();

    private final Digest image;
    private final ImageSource source;

    SigstoreBundles(Digest image, ImageSource source) {
        this.image = image;
        this.source = source;
    }

    /** @throws Fault if the registry does not answer */
    SignatureCheck.Verdict look(SignatureKeys keys) {
        // An answer without bundles is not the last word: a mirror may tell of its own alone.
        Stream<Supplier<byte[]>> indexes =
                Stream.of(() -> referrers(Optional.of(source)), this::underTag, () -> referrers(source.origin()));
        List<JsonNode> all = indexes.map(index -> bundles(index.get()))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
        return new SignatureCheck.Verdict(all.size(), all.stream().anyMatch(bundle -> isGood(bundle, keys)));
    }

    private byte[] referrers(Optional<ImageSource> where) {
        return where.flatMap(asked -> asked.referrers(image)).orElse(NOTHING);
    }

    private byte[] underTag() {
        try {
            return source.manifest(image.algorithm() + "-" + image.hex()).body();
        } catch (Fault e) {
            if (e.kind() instanceof Fault.Kind.Absent) return NOTHING;
            throw e;
        }
    }

    /** The descriptors in an index that may be of signatures. */
    private static List<JsonNode> bundles(byte[] index) {
        try {
            return JSON.readTree(index)
                    .path("manifests")
                    .valueStream()
                    .filter(entry -> entry.path("artifactType").asString("").startsWith(BUNDLE_TYPE))
                    .filter(SigstoreBundles::maySign)
                    .limit(BUNDLES_MAX)
                    .toList();
        } catch (JacksonException _) {
            return List.of(); // no index, so no signature: some answer with a page for whatever they do not know
        }
    }

    /** Attestations, such as bills of materials, are bundles as well, and most say so. */
    private static boolean maySign(JsonNode entry) {
        String predicate = entry.path("annotations").path(PREDICATE_TYPE).asString("");
        return predicate.isEmpty() || predicate.equals(SigstoreBundle.SIGNATURE_PREDICATE);
    }

    private boolean isGood(JsonNode entry, SignatureKeys keys) {
        try {
            Digest manifest = Digest.parse(entry.path("digest").asString(""));
            JsonNode layer = JSON.readTree(source.manifest(manifest).body())
                    .path("layers")
                    .path(0);
            if (!layer.path("mediaType").asString("").startsWith(BUNDLE_TYPE)) return false;
            Digest blob = Digest.parse(layer.path("digest").asString(""));
            SigstoreBundle bundle = SigstoreBundle.parse(source.smallBlob(blob, BUNDLE_BYTES_MAX));
            return bundle.isSignatureOf(image, () -> source.manifest(image).body(), keys);
        } catch (JacksonException | IllegalArgumentException _) {
            return false; // damaged: by nobody
        } catch (Fault e) {
            if (SignatureCheck.isOfOneSignature(e)) return false;
            throw e;
        }
    }
}
