package io.davit.core.node;

import io.davit.core.domain.ImageReference;
import io.davit.core.domain.Problems;
import io.davit.core.spi.Setting;
import java.util.List;

/** {@code [images]}: what requests for images mean, whatever backend serves them. */
public record ImageNameSettings(
        @Setting(
                comment = "Registries in which an image with a short name, such as busybox or team/app, is looked for,"
                        + " in this order. Read again on SIGHUP.",
                value = "docker.io")
        List<String> shortNameRegistries,

        @Setting(
                comment =
                        "Backends that an image is pulled into when the request names no runtime handler, as that of a"
                                + " kubelet does without the feature gate RuntimeClassInImageCriApi. Empty: the default"
                                + " handler's alone.",
                value = "")
        List<String> backends) {
    /** @throws io.davit.core.domain.Fault InvalidRequest with every key that is wrong */
    public ImageNameSettings {
        shortNameRegistries = List.copyOf(shortNameRegistries);
        backends = List.copyOf(backends);
        Problems problems = new Problems();
        if (shortNameRegistries.isEmpty()) {
            problems.add("short-name-registries", "names no registry; Docker's choice is [\"docker.io\"]");
        }
        for (String registry : shortNameRegistries) {
            if (!ImageReference.isRegistry(registry)) {
                problems.add(
                        "short-name-registries",
                        "'" + registry + "' is no host[:port] with a dot, a port or the name localhost");
            }
        }
        problems.throwIfAny();
    }
}
