package io.davit.core.domain;

/** An image's identity on this node: the digest of its configuration, the same string in every answer. */
public record ImageId(Digest digest) {
    public static ImageId parse(String text) {
        return new ImageId(Digest.parse(text));
    }

    @Override
    public String toString() {
        return digest.toString();
    }
}
