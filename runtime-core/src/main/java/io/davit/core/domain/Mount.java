package io.davit.core.domain;

import java.util.List;

/**
 * One mount of a container, as requested.
 *
 * @param containerPath absolute
 * @param options noexec, nodev, nosuid and their opposites, after the readonly and propagation fields
 */
public record Mount(
        String containerPath,
        Source source,
        boolean readonly,
        boolean recursiveReadOnly,
        boolean selinuxRelabel,
        Propagation propagation,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        List<String> options) {
    public Mount {
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
        options = List.copyOf(options);
    }

    /** Where the content comes from. */
    public sealed interface Source {
        /** A directory, file or socket of the host. */
        record HostPath(String path) implements Source {}

        /** The content of an image below {@code subPath} (empty: all of it), always read-only. */
        record ImageVolume(ImageSpec image, String subPath) implements Source {}
    }

    /** cri-api MountPropagation. */
    public enum Propagation {
        PRIVATE,
        HOST_TO_CONTAINER,
        BIDIRECTIONAL
    }
}
