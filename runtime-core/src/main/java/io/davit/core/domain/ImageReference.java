package io.davit.core.domain;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A full name of an image: registry, repository and a tag or a digest or both. Short names are completed as Docker
 * does: {@code busybox} is {@code docker.io/library/busybox:latest}.
 *
 * @param registry host with optional port, as in URLs
 */
public record ImageReference(String registry, String repository, Optional<String> tag, Optional<Digest> digest) {
    private static final String DEFAULT_REGISTRY = "docker.io";
    private static final String DEFAULT_TAG = "latest";
    /** Grammar of distribution's reference package: components of lower-case letters and digits with separators. */
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");

    private static final Pattern REGISTRY =
            Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+])(?::[0-9]{1,5})?");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final int REPOSITORY_CHARS_MAX = 255;

    /**
     * Reads a reference as a user writes it.
     *
     * @throws Fault of kind InvalidRequest if it is not one
     */
    public static ImageReference parse(String text) {
        String rest = text;
        Optional<Digest> digest = Optional.empty();
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Optional.of(Digest.parse(rest.substring(at + 1)));
            rest = rest.substring(0, at);
        }
        Optional<String> tag = Optional.empty();
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = Optional.of(rest.substring(colon + 1));
            rest = rest.substring(0, colon);
        }
        if (tag.isEmpty() && digest.isEmpty()) tag = Optional.of(DEFAULT_TAG);
        return split(text, rest, tag, digest);
    }

    private static ImageReference split(String text, String name, Optional<String> tag, Optional<Digest> digest) {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = hasRegistry ? first : DEFAULT_REGISTRY;
        if (registry.equals("index.docker.io")) registry = DEFAULT_REGISTRY;
        String repository = hasRegistry ? name.substring(slash + 1) : name;
        if (registry.equals(DEFAULT_REGISTRY) && !repository.contains("/")) repository = "library/" + repository;
        boolean good = REGISTRY.matcher(registry).matches()
                && REPOSITORY.matcher(repository).matches()
                && repository.length() <= REPOSITORY_CHARS_MAX
                && tag.stream().allMatch(value -> TAG.matcher(value).matches());
        if (!good) throw Fault.invalid("image", "not an image reference: '" + text + "'");
        return new ImageReference(registry, repository, tag, digest);
    }

    /** Registry and repository, without tag and digest. */
    public String name() {
        return registry + "/" + repository;
    }

    /** The name under which the tag is listed; empty if the reference has only a digest. */
    public Optional<String> repoTag() {
        return tag.map(value -> name() + ":" + value);
    }

    /** The name under which content of this repository with {@code manifest} as its digest is listed. */
    public String repoDigest(Digest manifest) {
        return name() + "@" + manifest;
    }

    @Override
    public String toString() {
        return name()
                + tag.map(value -> ":" + value).orElse("")
                + digest.map(value -> "@" + value).orElse("");
    }
}
