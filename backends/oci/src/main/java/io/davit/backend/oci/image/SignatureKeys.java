package io.davit.backend.oci.image;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys out of a PEM file, as {@code cosign generate-key-pair} writes it (ECDSA on P-256); RSA keys serve too. */
record SignatureKeys(List<PublicKey> keys) {
    private static final Pattern PEM = Pattern.compile("-----BEGIN PUBLIC KEY-----([^-]+)-----END PUBLIC KEY-----");

    SignatureKeys {
        keys = List.copyOf(keys);
    }

    /** @throws Fault KubeletReason SIGNATURE_VALIDATION_FAILED if there is no key in it: nobody can have signed then */
    static SignatureKeys read(Path file) {
        try {
            Matcher matcher = PEM.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            List<PublicKey> keys = new ArrayList<>();
            while (matcher.find()) keys.add(key(Base64.getMimeDecoder().decode(matcher.group(1))));
            if (!keys.isEmpty()) return new SignatureKeys(keys);
            throw unusable(file, "there is no PUBLIC KEY in it");
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(file, Fault.reason(e));
        }
    }

    private static PublicKey key(byte[] encoded) throws GeneralSecurityException {
        X509EncodedKeySpec spec = new X509EncodedKeySpec(encoded);
        try {
            return KeyFactory.getInstance("EC").generatePublic(spec);
        } catch (InvalidKeySpecException _) {
            return KeyFactory.getInstance("RSA").generatePublic(spec);
        }
    }

    private static Fault unusable(Path file, String why) {
        return new Fault(new Fault.Kind.KubeletReason(
                Fault.Reason.SIGNATURE_VALIDATION_FAILED, "the keys in " + file + " cannot be read: " + why));
    }

    /** @param signature in base64 */
    boolean haveSigned(byte[] payload, String signature) {
        return keys.stream().anyMatch(key -> hasSigned(key, payload, signature));
    }

    private static boolean hasSigned(PublicKey key, byte[] payload, String signature) {
        try {
            Signature check =
                    Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
            check.initVerify(key);
            check.update(payload);
            return check.verify(Base64.getMimeDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return false; // malformed: by nobody
        }
    }
}
