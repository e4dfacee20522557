package io.davit.core.domain;

import java.util.List;

/**
 * An image that is whole on this node.
 *
 * @param repoTags full names with a tag, none for an untagged image
 * @param repoDigests full names with a manifest digest
 * @param sizeBytes layers as unpacked plus the configuration; never 0
 * @param pinned garbage collection must leave it
 */
public record Image(
        ImageId id,
        List<String> repoTags,
        List<String> repoDigests,
        long sizeBytes,
        ImageConfig config,
        boolean pinned) {
    public Image {
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
    }

    /** The same image, to be left alone by garbage collection. */
    public Image asPinned() {
        return new Image(id, repoTags, repoDigests, sizeBytes, config, true);
    }

    /** What {@code image_ref} of a container shows: a repository digest where one is known, else the id. */
    public String reference() {
        return repoDigests.isEmpty() ? id.toString() : repoDigests.getFirst();
    }
}
