package io.davit.core.domain;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A full name of an image: registry, repository and a tag or a digest or both. Short names, which have no registry, are
 * completed as Docker does: {@code busybox} is {@code docker.io/library/busybox:latest}.
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

    /** The name behind a registry, as somebody wrote it; without a registry it is a short one. */
    private record Written(
            Optional<String> registry, String repository, Optional<String> tag, Optional<Digest> digest) {}

    /**
     * Reads a reference as a user writes it.
     *
     * @throws Fault of kind InvalidRequest if it is not one
     */
    public static ImageReference parse(String text) {
        return parse(text, List.of(DEFAULT_REGISTRY)).getFirst();
    }

    /**
     * What a text can mean: a short name one image in each of {@code registries}, in their order; any other name itself.
     *
     * @param registries at least one
     * @throws Fault of kind InvalidRequest if it is no reference
     */
    public static List<ImageReference> parse(String text, List<String> registries) {
        Written written = written(text);
        return written.registry().map(List::of).orElse(registries).stream()
                .map(registry -> in(registry, written, text))
                .toList();
    }

    /** Whether {@code text} can be the registry of a reference: with a dot or a port, or localhost. */
    public static boolean isRegistry(String text) {
        return (text.contains(".") || text.contains(":") || text.equals("localhost"))
                && REGISTRY.matcher(text).matches();
    }

    private static Written written(String text) {
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
        int slash = rest.indexOf('/');
        String first = slash < 0 ? "" : rest.substring(0, slash);
        boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        return hasRegistry
                ? new Written(Optional.of(first), rest.substring(slash + 1), tag, digest)
                : new Written(Optional.empty(), rest, tag, digest);
    }

    private static ImageReference in(String host, Written written, String text) {
        String registry = host.equals("index.docker.io") ? DEFAULT_REGISTRY : host;
        String repository = written.repository();
        if (registry.equals(DEFAULT_REGISTRY) && !repository.contains("/")) repository = "library/" + repository;
        boolean good = REGISTRY.matcher(registry).matches()
                && REPOSITORY.matcher(repository).matches()
                && repository.length() <= REPOSITORY_CHARS_MAX
                && written.tag().stream().allMatch(value -> TAG.matcher(value).matches());
        if (!good) throw Fault.invalid("image", "not an image reference: '" + text + "'");
        return new ImageReference(registry, repository, written.tag(), written.digest());
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
