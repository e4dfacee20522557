package io.davit.core.domain;

import java.util.List;
import java.util.Optional;

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

    /** The same with another source. */
    public Mount from(Source other) {
        return new Mount(
                containerPath,
                other,
                readonly,
                recursiveReadOnly,
                selinuxRelabel,
                propagation,
                uidMappings,
                gidMappings,
                options);
    }

    /** Where the content comes from. */
    public sealed interface Source {
        /** A directory, file or socket of the host. */
        record HostPath(String path) implements Source {}

        /**
         * The content of an image, always read-only.
         *
         * @param subPath relative; empty is all of it
         * @param id of the image, once it was looked up: every container's mounts have it
         */
        record ImageVolume(ImageSpec image, String subPath, Optional<ImageId> id) implements Source {}
    }

    /** cri-api MountPropagation. */
    public enum Propagation {
        PRIVATE,
        HOST_TO_CONTAINER,
        BIDIRECTIONAL
    }
}
