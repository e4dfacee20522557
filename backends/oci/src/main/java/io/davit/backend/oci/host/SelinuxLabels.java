package io.davit.backend.oci.host;

import java.util.Optional;

/**
 * SELinux contexts of a container, or of what its pod shares.
 *
 * @param process empty leaves it to the policy what processes become
 * @param files of the root file system, of what is mounted for the container, and of volumes that are to be relabelled
 */
public record SelinuxLabels(Optional<String> process, Optional<String> files) {
    public static final SelinuxLabels NONE = new SelinuxLabels(Optional.empty(), Optional.empty());
}
