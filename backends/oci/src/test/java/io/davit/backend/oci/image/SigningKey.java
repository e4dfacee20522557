package io.davit.backend.oci.image;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** A key pair as {@code cosign generate-key-pair} makes it, and what is signed with it. */
record SigningKey(KeyPair pair) {
    static SigningKey fresh() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new SigningKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** In base64. */
    String signature(byte[] payload) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(payload);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A sigstore bundle with a statement in an envelope (DSSE, protocol.md). */
    byte[] envelope(String statement) {
        return envelope("application/vnd.in-toto+json", statement.getBytes(StandardCharsets.UTF_8));
    }

    byte[] envelope(String type, byte[] payload) {
        byte[] head = ("DSSEv1 " + type.length() + " " + type + " " + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] signed = new byte[head.length + payload.length];
        System.arraycopy(head, 0, signed, 0, head.length);
        System.arraycopy(payload, 0, signed, head.length, payload.length);
        return ("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\",\"verificationMaterial\":{\"publicKey\":"
                        + "{\"hint\":\"x\"}},\"dsseEnvelope\":{\"payload\":\""
                        + Base64.getEncoder().encodeToString(payload) + "\",\"payloadType\":\"" + type
                        + "\",\"signatures\":[{\"sig\":\"" + signature(signed) + "\"}]}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
