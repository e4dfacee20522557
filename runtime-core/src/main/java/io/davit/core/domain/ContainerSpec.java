package io.davit.core.domain;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything asked of a container, with what the core found out about its image; never changes.
 *
 * @param image as requested
 * @param imageReference what {@code image_ref} shows
 * @param cdiDevices fully qualified CDI names
 * @param anonymousVolumes paths the image declares as VOLUME and no mount covers
 * @param logPath absolute; empty discards the output
 */
public record ContainerSpec(
        ContainerId id,
        ContainerName name,
        ImageSpec image,
        ImageId imageId,
        String imageReference,
        ProcessSpec process,
        StdioMode stdio,
        List<Mount> mounts,
        List<Device> devices,
        List<String> cdiDevices,
        List<String> anonymousVolumes,
        Map<String, String> labels,
        Map<String, String> annotations,
        Optional<Path> logPath,
        Resources resources,
        ContainerSecurity security,
        Signal stopSignal) {
    public ContainerSpec {
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
        cdiDevices = List.copyOf(cdiDevices);
        anonymousVolumes = List.copyOf(anonymousVolumes);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    public SandboxId sandbox() {
        return name.sandbox();
    }
}
