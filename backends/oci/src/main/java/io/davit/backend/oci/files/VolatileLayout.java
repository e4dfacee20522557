package io.davit.backend.oci.files;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.SandboxId;
import java.nio.file.Path;
import java.util.List;

/** The directories below the backend's volatile one: gone after a reboot, like everything they describe. */
public record VolatileLayout(Path root) {
    public Path sandboxes() {
        return root.resolve("sandboxes");
    }

    public Path sandbox(SandboxId id) {
        return sandboxes().resolve(id.value());
    }

    public Path containers() {
        return root.resolve("containers");
    }

    /** The bundle of a container, with everything about it but its root file system and exit file. */
    public Path container(ContainerId id) {
        return containers().resolve(id.value());
    }

    /** The monitors' exit files, one per container that has ended. */
    public Path exits() {
        return root.resolve("exits");
    }

    public Path exit(ContainerId id) {
        return exits().resolve(id.value());
    }

    /** The monitors' socket directory. It must not be {@link #exits}: a monitor puts a symlink of its name here. */
    public Path sockets() {
        return root.resolve("sockets");
    }

    public Path socket(ContainerId id) {
        return sockets().resolve(id.value());
    }

    /** State directory of the OCI runtime of that name. */
    public Path runtimeRoot(String name) {
        return runtimeRoots().resolve(name);
    }

    public Path runtimeRoots() {
        return root.resolve("runtimes");
    }

    /** What holders of PID namespaces see as their root. */
    public Path holder() {
        return root.resolve("holder");
    }

    public List<Path> all() {
        return List.of(sandboxes(), containers(), exits(), sockets(), runtimeRoots());
    }
}
