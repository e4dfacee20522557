package io.davit.backend.docker.image;

import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Docker's short names of images, and the CRI's full ones. */
final class ImageNames {
    private static final String NONE = "<none>";

    private ImageNames() {}

    /** {@code busybox:latest} as docker.io/library/busybox:latest. */
    static List<String> tags(@Nullable List<String> repoTags) {
        return full(repoTags, ImageReference::repoTag);
    }

    static List<String> digests(@Nullable List<String> repoDigests) {
        return full(repoDigests, reference -> reference.digest().map(reference::repoDigest));
    }

    private static List<String> full(@Nullable List<String> names, Function<ImageReference, Optional<String>> form) {
        List<String> full = new ArrayList<>();
        if (names == null) return full;
        for (String name : names) {
            // Daemons before API 1.43 list <none>:<none> for images without a name.
            if (name.contains(NONE)) continue;
            try {
                form.apply(ImageReference.parse(name)).ifPresent(full::add);
            } catch (Fault _) {
                // A name that is none in the CRI's grammar cannot be asked for.
            }
        }
        return full;
    }
}
