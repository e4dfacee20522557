package io.davit.backend.oci.bundle;

import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/** One entry of config.json's mounts. The runtime resolves the destination inside the root file system. */
record MountEntry(Path destination, String type, String source, List<String> options) {
    MountEntry {
        options = List.copyOf(options);
    }

    /** An absolute path in the container, without "." and ".."; a relative one is meant from the root. */
    static Path destination(String containerPath) {
        if (containerPath.isEmpty() || containerPath.indexOf('\0') >= 0) {
            throw Fault.invalid("mounts.container_path", "empty, or with a zero byte");
        }
        Path path = Path.of("/").resolve(containerPath).normalize();
        if (path.getNameCount() == 0) throw Fault.invalid("mounts.container_path", "cannot be the root directory");
        return path;
    }

    int depth() {
        return destination.getNameCount();
    }

    void addTo(ArrayNode mounts) {
        ArrayNode words = mounts.addObject()
                .put("destination", destination.toString())
                .put("type", type)
                .put("source", source)
                .putArray("options");
        options.forEach(words::add);
    }
}
