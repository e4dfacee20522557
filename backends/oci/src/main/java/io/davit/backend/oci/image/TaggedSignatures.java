package io.davit.backend.oci.image;

import io.davit.backend.oci.content.ImageSource;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signatures as cosign made them up to version 2: under the tag {@code sha256-HEX.sig} lies a manifest whose layers are
 * "simple signing" documents that name the image's digest, each with its signature in an annotation (cosign,
 * specs/SIGNATURE_SPEC.md). What counts is the digest: a document's docker-reference is the name under which the image
 * was signed, and is not looked at, as cosign itself does not.
 */
final class TaggedSignatures {
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    private static final int PAYLOAD_BYTES_MAX = 64 * 1024;
    /** Each costs a request. */
    private static final int SIGNATURES_MAX = 100;

    private static final JsonMapper JSON = new JsonMapper();

    private final Digest image;
    private final ImageSource source;

    TaggedSignatures(Digest image, ImageSource source) {
        this.image = image;
        this.source = source;
    }

    /** @throws Fault if the registry does not answer */
    SignatureCheck.Verdict look(SignatureKeys keys) {
        List<JsonNode> signatures = signatures();
        return new SignatureCheck.Verdict(
                signatures.size(), signatures.stream().anyMatch(signature -> isGood(signature, keys)));
    }

    private List<JsonNode> signatures() {
        try {
            byte[] manifest = source.manifest(image.algorithm() + "-" + image.hex() + ".sig")
                    .body();
            return JSON.readTree(manifest)
                    .path("layers")
                    .valueStream()
                    .limit(SIGNATURES_MAX)
                    .toList();
        } catch (JacksonException _) {
            return List.of(); // no manifest, so no signature
        } catch (Fault e) {
            if (e.kind() instanceof Fault.Kind.Absent) return List.of();
            throw e;
        }
    }

    private boolean isGood(JsonNode signature, SignatureKeys keys) {
        String encoded = signature.path("annotations").path(SIGNATURE).asString("");
        if (encoded.isEmpty()) return false;
        try {
            Digest digest = Digest.parse(signature.path("digest").asString(""));
            byte[] payload = source.smallBlob(digest, PAYLOAD_BYTES_MAX);
            return keys.haveSigned(payload, encoded) && isAboutTheImage(payload);
        } catch (Fault e) {
            if (SignatureCheck.isOfOneSignature(e)) return false;
            throw e;
        }
    }

    private boolean isAboutTheImage(byte[] payload) {
        try {
            String named = JSON.readTree(payload)
                    .path("critical")
                    .path("image")
                    .path("docker-manifest-digest")
                    .asString("");
            return named.equals(image.toString());
        } catch (JacksonException _) {
            return false; // signed, but no statement about an image
        }
    }
}
