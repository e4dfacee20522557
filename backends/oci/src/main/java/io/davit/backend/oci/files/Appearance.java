package io.davit.backend.oci.files;

import java.util.Optional;

/**
 * What files of a container show that the disk does not say.
 *
 * @param owner whose ids they have; empty leaves them as they are
 * @param label their SELinux context; empty where there is none to be told
 */
public record Appearance(Optional<PodOwner> owner, Optional<String> label) {
    /** As on disk. */
    public static final Appearance PLAIN = new Appearance(Optional.empty(), Optional.empty());

    /** For the options of a mount, with a comma before it; quoted, because a level may have commas (mount(8)). */
    public String contextOption() {
        return label.map(context -> ",context=\"" + context + "\"").orElse("");
    }
}
