package io.davit.backend.oci.image;

import io.davit.core.domain.Problems;
import io.davit.core.spi.Setting;
import java.util.List;
import java.util.regex.Pattern;

/** {@code [oci.images]}: which images may come, and which ones stay. Read again on SIGHUP. */
public record ImageSettings(
        @Setting(
                comment = "Registries and repositories that images may come from: host[:port][/path], where the path is"
                        + " the beginning of the repository, or *.domain for all hosts below it. Empty: all.",
                value = "")
        List<String> allowed,

        @Setting(
                comment = "Images that garbage collection leaves alone, by full name with tag or digest; a * at the end"
                        + " stands for anything.",
                value = "")
        List<String> pinned) {
    private static final Pattern PLACE = Pattern.compile("(\\*\\.)?[A-Za-z0-9.\\[\\]:-]+(/[a-z0-9._/-]+)?");

    /** Everything may come, nothing stays. */
    public static final ImageSettings DEFAULTS = new ImageSettings(List.of(), List.of());

    public ImageSettings {
        allowed = List.copyOf(allowed);
        pinned = List.copyOf(pinned);
        Problems problems = new Problems();
        for (String place : allowed) {
            if (!PLACE.matcher(place).matches()) problems.add("allowed", "'" + place + "' is not host[:port][/path]");
        }
        for (String name : pinned) {
            if (!name.matches("\\S+/\\S+")) problems.add("pinned", "'" + name + "' is no full name of an image");
        }
        problems.throwIfAny();
    }
}
