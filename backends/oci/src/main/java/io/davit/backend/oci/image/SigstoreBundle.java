package io.davit.backend.oci.image;

import io.davit.core.domain.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One sigstore bundle (protobuf-specs, sigstore_bundle.proto, in its JSON form): either an envelope with a statement about
 * the image, which is what cosign writes for images, or a signature of the manifest itself. Certificates and entries of
 * transparency logs in it are not looked at: keys are configured.
 */
record SigstoreBundle(JsonNode content) {
    /** What a statement says that is a signature and nothing more. */
    static final String SIGNATURE_PREDICATE = "https://sigstore.dev/cosign/sign/v1";

    private static final String STATEMENT_TYPE = "https://in-toto.io/Statement/";
    private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
    /** Of one envelope; cosign writes one. */
    private static final int SIGNATURES_MAX = 10;

    private static final JsonMapper JSON = new JsonMapper();

    /** @throws tools.jackson.core.JacksonException if it is no JSON */
    static SigstoreBundle parse(byte[] text) {
        return new SigstoreBundle(JSON.readTree(text));
    }

    /**
     * Whether one of the keys has signed this image.
     *
     * @param manifest of the image, asked for only if it is what was signed
     * @throws IllegalArgumentException or JacksonException if the bundle is damaged
     */
    boolean isSignatureOf(Digest image, Supplier<byte[]> manifest, SignatureKeys keys) {
        JsonNode envelope = content.path("dsseEnvelope");
        if (!envelope.isMissingNode()) return isStatementAbout(image, envelope, keys);
        String signature = content.path("messageSignature").path("signature").asString("");
        return !signature.isEmpty() && keys.haveSigned(manifest.get(), signature);
    }

    private static boolean isStatementAbout(Digest image, JsonNode envelope, SignatureKeys keys) {
        if (!envelope.path("payloadType").asString("").equals(PAYLOAD_TYPE)) return false;
        byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asString(""));
        byte[] signed = preAuthenticationEncoding(payload);
        boolean ours = envelope.path("signatures")
                .valueStream()
                .limit(SIGNATURES_MAX)
                .anyMatch(signature ->
                        keys.haveSigned(signed, signature.path("sig").asString("")));
        // Nothing of what nobody has signed is believed, not even looked at.
        return ours && names(image, JSON.readTree(payload));
    }

    /** What an envelope's signature is over (DSSE, protocol.md). */
    private static byte[] preAuthenticationEncoding(byte[] payload) {
        String head = "DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ";
        ByteArrayOutputStream encoding = new ByteArrayOutputStream(head.length() + payload.length);
        encoding.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        encoding.writeBytes(payload);
        return encoding.toByteArray();
    }

    /** An attestation of something else by the same key does not say that the image is wanted. */
    private static boolean names(Digest image, JsonNode statement) {
        return statement.path("_type").asString("").startsWith(STATEMENT_TYPE)
                && statement.path("predicateType").asString("").equals(SIGNATURE_PREDICATE)
                && statement
                        .path("subject")
                        .valueStream()
                        .anyMatch(subject -> subject.path("digest")
                                .path(image.algorithm())
                                .asString("")
                                .equals(image.hex()));
    }
}
