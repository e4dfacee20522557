package io.davit.backend.oci.bundle;

import io.davit.core.domain.Mount;
import java.nio.file.Path;

/** Sources of mounts that the host does not have as they are: mounted beside the bundle until the container has them. */
public interface MountSources {
    /** The root directory of an image's content. */
    Path image(Mount.Source.ImageVolume volume);

    /** A file or directory of the host with the owners that {@code mount} asks for. */
    Path shifted(Path source, Mount mount);
}
