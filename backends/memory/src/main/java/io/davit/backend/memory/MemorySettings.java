package io.davit.backend.memory;

import io.davit.core.spi.Setting;
import java.util.List;

/** The configuration of this backend, for a daemon that is tried without root and without containers. */
public record MemorySettings(
        @Setting(
                comment = "Names of images that can be pulled; every other image does not exist.",
                value = "registry.example/pause:1, registry.example/web:1")
        List<String> images,

        @Setting(comment = "Registries, as host or host:port, that do not answer.", value = "unreachable.example")
        List<String> unreachableRegistries,

        @Setting(
                comment =
                        "Run the node's CNI plugins for pods, all of them on the daemon's own network namespace: to try"
                                + " plugins that do nothing there.",
                value = "false")
        boolean cni) {
    public MemorySettings {
        images = List.copyOf(images);
        unreachableRegistries = List.copyOf(unreachableRegistries);
    }
}
