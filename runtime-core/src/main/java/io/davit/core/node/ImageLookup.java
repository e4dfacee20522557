package io.davit.core.node;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds an image by what clients call it: id, beginning of an id, tag, digest, short name. Thread-safe. */
public final class ImageLookup {
    private static final Pattern ID = Pattern.compile("(?:sha256:)?[0-9a-f]{6,64}");
    private static final int ID_HEX_DIGITS = 64;

    /** Where images with short names are looked for. */
    private volatile List<String> registries;

    public ImageLookup(List<String> registries) {
        this.registries = List.copyOf(registries);
    }

    public void reconfigure(List<String> newRegistries) {
        registries = List.copyOf(newRegistries);
    }

    /** Where images with short names are looked for, in this order. */
    public List<String> registries() {
        return registries;
    }

    /**
     * What {@code text} can mean, the likeliest first.
     *
     * @throws Fault of kind InvalidRequest if it is no reference
     */
    public List<ImageReference> meant(String text) {
        return ImageReference.parse(text, registries);
    }

    /**
     * The image that {@code text} means. An id wins over a name of the same letters only if it is whole.
     *
     * @throws Fault of kind InvalidRequest if the text is neither an id nor a reference
     */
    public Optional<Image> resolve(List<Image> images, String text) {
        if (text.isEmpty()) throw Fault.invalid("image.image", "empty");
        if (!ID.matcher(text).matches()) return byReference(images, meant(text));
        String hex = text.startsWith("sha256:") ? text.substring("sha256:".length()) : text;
        if (hex.length() == ID_HEX_DIGITS || text.startsWith("sha256:")) return byId(images, hex);
        Optional<Image> named = byReference(images, meant(text));
        return named.isPresent() ? named : byId(images, hex);
    }

    /** What {@code text} can name, the likeliest first; empty if it is an id, or nothing at all. */
    public List<ImageReference> references(String text) {
        if (text.startsWith("sha256:")) return List.of();
        try {
            return meant(text);
        } catch (Fault _) {
            return List.of(); // whoever needs an image says so
        }
    }

    private static Optional<Image> byId(List<Image> images, String hex) {
        List<Image> found = images.stream()
                .filter(image -> image.id().digest().hex().startsWith(hex))
                .limit(2)
                .toList();
        if (found.size() > 1) throw Fault.invalid("image.image", "'" + hex + "' fits several image ids");
        return found.stream().findFirst();
    }

    private static Optional<Image> byReference(List<Image> images, List<ImageReference> meant) {
        return meant.stream()
                .flatMap(reference -> images.stream().filter(image -> isCalled(image, reference)))
                .findFirst();
    }

    /** With a digest the digest decides, whatever tag stands before it. */
    public static boolean isCalled(Image image, ImageReference reference) {
        return reference
                .digest()
                .map(digest -> image.repoDigests().contains(reference.repoDigest(digest)))
                .orElseGet(() -> reference.repoTag().stream().anyMatch(image.repoTags()::contains));
    }
}
