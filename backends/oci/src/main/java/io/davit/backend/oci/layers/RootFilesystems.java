package io.davit.backend.oci.layers;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageId;
import java.nio.file.Path;
import java.util.List;

/** Root file systems of containers: overlays of an image's layers and a fresh writable one. Thread-safe. */
public final class RootFilesystems {
    private RootFilesystems() {}

    /**
     * Mounts a fresh root file system. What an earlier try left under the same id is cleared first. The image's layers
     * stay until {@link #release}, also across restarts and when the image is removed meanwhile.
     *
     * @return the merged root, an absolute path
     * @throws Fault Absent if there is no such image
     */
    public Path prepare(ContainerId id, ImageId image) {
        throw notYet();
    }

    /** Unmounts and deletes the root file system, whole or half-made. Idempotent. */
    public void release(ContainerId id) {
        throw notYet();
    }

    /** Containers that {@link #release} has something to do for. */
    public List<ContainerId> present() {
        throw notYet();
    }

    private static Fault notYet() {
        return new Fault(new Fault.Kind.Unsupported("root file systems", "they are being written"));
    }
}
