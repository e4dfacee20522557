package io.davit.core.node;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds an image by what clients call it: id, beginning of an id, tag, digest, short name. Pure. */
public final class ImageLookup {
    private static final Pattern ID = Pattern.compile("(?:sha256:)?[0-9a-f]{6,64}");
    private static final int ID_HEX_DIGITS = 64;

    private ImageLookup() {}

    /**
     * The image that {@code text} means. An id wins over a name of the same letters only if it is whole.
     *
     * @throws Fault of kind InvalidRequest if the text is neither an id nor a reference
     */
    public static Optional<Image> resolve(List<Image> images, String text) {
        if (text.isEmpty()) throw Fault.invalid("image.image", "empty");
        if (!ID.matcher(text).matches()) return byReference(images, ImageReference.parse(text));
        String hex = text.startsWith("sha256:") ? text.substring("sha256:".length()) : text;
        if (hex.length() == ID_HEX_DIGITS || text.startsWith("sha256:")) return byId(images, hex);
        Optional<Image> named = byReference(images, ImageReference.parse(text));
        return named.isPresent() ? named : byId(images, hex);
    }

    /** What {@code text} names; empty if it is an id, or nothing at all. */
    public static Optional<ImageReference> reference(String text) {
        if (text.startsWith("sha256:")) return Optional.empty();
        try {
            return Optional.of(ImageReference.parse(text));
        } catch (Fault _) {
            return Optional.empty(); // whoever needs an image says so
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

    private static Optional<Image> byReference(List<Image> images, ImageReference reference) {
        return images.stream().filter(image -> isCalled(image, reference)).findFirst();
    }

    /** With a digest the digest decides, whatever tag stands before it. */
    public static boolean isCalled(Image image, ImageReference reference) {
        return reference
                .digest()
                .map(digest -> image.repoDigests().contains(reference.repoDigest(digest)))
                .orElseGet(() -> reference.repoTag().stream().anyMatch(image.repoTags()::contains));
    }
}
