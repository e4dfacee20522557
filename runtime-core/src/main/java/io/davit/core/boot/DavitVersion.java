package io.davit.core.boot;

import java.util.Optional;

/** The version of this build, from the manifest of its jar. */
public final class DavitVersion {
    private DavitVersion() {}

    /** E.g. {@code 0.1.0}; {@code development} where classes are not in a jar. */
    public static String current() {
        return Optional.ofNullable(DavitVersion.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
