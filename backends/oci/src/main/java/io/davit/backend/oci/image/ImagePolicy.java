package io.davit.backend.oci.image;

import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What the configuration says of images by their names. Pure. */
record ImagePolicy(ImageSettings settings) {
    /** @throws Fault Refused if images of this name may not come */
    void check(ImageReference reference) {
        List<String> allowed = settings.allowed();
        if (allowed.isEmpty() || allowed.stream().anyMatch(place -> isIn(place, reference))) return;
        throw new Fault(new Fault.Kind.Refused(
                "image " + reference,
                "the registry " + reference.registry() + " with this repository is not in oci.images.allowed "
                        + allowed));
    }

    private static boolean isIn(String place, ImageReference reference) {
        int slash = place.indexOf('/');
        String host = (slash < 0 ? place : place.substring(0, slash)).toLowerCase(Locale.ROOT);
        String path = slash < 0 ? "" : place.substring(slash + 1).replaceFirst("/$", "");
        String registry = reference.registry().toLowerCase(Locale.ROOT);
        boolean here = host.startsWith("*.") ? registry.endsWith(host.substring(1)) : registry.equals(host);
        String repository = reference.repository();
        return here && (path.isEmpty() || repository.equals(path) || repository.startsWith(path + "/"));
    }

    /** The images, with the pinned ones marked as such. */
    List<Image> marked(List<Image> images) {
        if (settings.pinned().isEmpty()) return images;
        return images.stream()
                .map(image -> isPinned(image) ? image.asPinned() : image)
                .toList();
    }

    private boolean isPinned(Image image) {
        return Stream.concat(image.repoTags().stream(), image.repoDigests().stream())
                .anyMatch(name -> settings.pinned().stream().anyMatch(pattern -> fits(pattern, name)));
    }

    private static boolean fits(String pattern, String name) {
        if (pattern.endsWith("*")) return name.startsWith(pattern.substring(0, pattern.length() - 1));
        return name.equals(pattern);
    }
}
