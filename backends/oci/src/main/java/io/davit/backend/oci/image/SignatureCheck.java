package io.davit.backend.oci.image;

import io.davit.backend.oci.content.ImageSource;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageReference;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether one of the configured keys has signed an image, in the form of cosign: under the tag {@code sha256-HEX.sig} lies
 * a manifest whose layers are "simple signing" documents that name the image's digest, each with its signature in an
 * annotation (cosign, specs/SIGNATURE_SPEC.md). What counts is the digest: a document's docker-reference is the name
 * under which the image was signed, and is not looked at, as cosign itself does not.
 */
final class SignatureCheck {
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    private static final int PAYLOAD_BYTES_MAX = 64 * 1024;
    /** Each costs a request. */
    private static final int SIGNATURES_MAX = 100;

    private static final JsonMapper JSON = new JsonMapper();

    private final ImageReference reference;
    private final Digest image;
    private final ImageSource source;

    SignatureCheck(ImageReference reference, Digest image, ImageSource source) {
        this.reference = reference;
        this.image = image;
        this.source = source;
    }

    /** @throws Fault KubeletReason SIGNATURE_VALIDATION_FAILED if none of the keys has signed the image */
    void verify(Path keyFile) {
        SignatureKeys keys = SignatureKeys.read(keyFile);
        List<JsonNode> signatures = signatures();
        for (JsonNode signature : signatures.subList(0, Math.min(SIGNATURES_MAX, signatures.size()))) {
            if (isGood(signature, keys)) return;
        }
        throw refused("none of its " + signatures.size() + " signatures is by a key in " + keyFile);
    }

    private List<JsonNode> signatures() {
        try {
            byte[] manifest = source.manifest(image.algorithm() + "-" + image.hex() + ".sig")
                    .body();
            JsonNode layers = JSON.readTree(manifest).path("layers");
            return layers.valueStream().toList();
        } catch (JacksonException e) {
            throw refused("its signatures cannot be read: " + e.getOriginalMessage());
        } catch (Fault e) {
            if (e.kind() instanceof Fault.Kind.Absent) throw refused("it is not signed");
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
            if (e.kind() instanceof Fault.Kind.KubeletReason || e.kind() instanceof Fault.Kind.Cancelled) throw e;
            return false; // another signature may be whole
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

    private Fault refused(String why) {
        return new Fault(new Fault.Kind.KubeletReason(
                Fault.Reason.SIGNATURE_VALIDATION_FAILED, "image " + reference + " (" + image + "): " + why));
    }
}
