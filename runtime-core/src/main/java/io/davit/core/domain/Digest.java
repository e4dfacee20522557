package io.davit.core.domain;

import java.util.Locale;
import java.util.regex.Pattern;

/** A content address: algorithm and hexadecimal digits. Only sha256 and sha512 are known (OCI image-spec descriptor). */
public record Digest(String algorithm, String hex) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SHA512 = Pattern.compile("[0-9a-f]{128}");

    public Digest {
        boolean good = switch (algorithm) {
            case "sha256" -> SHA256.matcher(hex).matches();
            case "sha512" -> SHA512.matcher(hex).matches();
            default -> false;
        };
        if (!good) throw Fault.invalid("digest", "neither sha256 nor sha512: '" + algorithm + ":" + hex + "'");
    }

    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) throw Fault.invalid("digest", "no algorithm before a colon: '" + text + "'");
        return new Digest(text.substring(0, colon).toLowerCase(Locale.ROOT), text.substring(colon + 1));
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
