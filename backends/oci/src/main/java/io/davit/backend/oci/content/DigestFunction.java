package io.davit.backend.oci.content;

import io.davit.core.domain.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes a {@link Digest} from bytes as they pass. Used by one thread. */
public final class DigestFunction {
    private final String algorithm;
    private final State state;

    /** The bytes seen so far. */
    interface State {
        void update(byte[] data, int offset, int length);

        /** The digest; starts afresh. */
        byte[] finish();
    }

    private DigestFunction(String algorithm, State state) {
        this.algorithm = algorithm;
        this.state = state;
    }

    /** The function that {@code expected} was made with. */
    public static DigestFunction of(Digest expected) {
        return named(expected.algorithm());
    }

    public static DigestFunction sha256() {
        return named("sha256");
    }

    private static DigestFunction named(String algorithm) {
        return new DigestFunction(algorithm, OpenSsl.isAvailable() ? OpenSsl.state(algorithm) : ofJdk(algorithm));
    }

    /** The digest of {@code data}, by SHA-256. */
    public static Digest sha256(byte[] data) {
        DigestFunction function = sha256();
        function.update(data, 0, data.length);
        return function.finish();
    }

    static State ofJdk(String algorithm) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance(algorithm.equals("sha512") ? "SHA-512" : "SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256 and SHA-512", e);
        }
        return new State() {
            @Override
            public void update(byte[] data, int offset, int length) {
                digest.update(data, offset, length);
            }

            @Override
            public byte[] finish() {
                return digest.digest();
            }
        };
    }

    public void update(byte[] data, int offset, int length) {
        state.update(data, offset, length);
    }

    /** The digest of everything so far; starts afresh. */
    public Digest finish() {
        return new Digest(algorithm, HexFormat.of().formatHex(state.finish()));
    }
}
