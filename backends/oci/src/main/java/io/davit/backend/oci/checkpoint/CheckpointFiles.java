package io.davit.backend.oci.checkpoint;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.SandboxName;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.CheckpointRequest;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The two files by which tools know what an archive is of (checkpointctl, docs/checkpointctl-show; the library that
 * CRI-O and Podman write archives with).
 */
final class CheckpointFiles {
    private static final JsonMapper JSON = JsonMapper.shared();

    private CheckpointFiles() {}

    /** {@code config.dump}: which container it is. */
    static String config(CheckpointRequest.Subject subject, String runtime, Instant now) {
        ContainerSpec container = subject.container();
        ObjectNode config = JSON.createObjectNode();
        config.put("id", container.id().value());
        config.put("name", container.name().name());
        config.put("rootfsImage", container.imageId().toString());
        config.put("rootfsImageRef", container.imageReference());
        config.put("rootfsImageName", container.image().image());
        config.put("runtime", runtime);
        config.put("createdTime", subject.createdAt().toString());
        config.put("checkpointedTime", now.toString());
        return config.toString();
    }

    /**
     * {@code spec.dump}: the container's config.json, with annotations that tell whose it was.
     *
     * @param config config.json
     */
    static String spec(SandboxSpec sandbox, ContainerSpec container, String config) {
        ObjectNode spec = (ObjectNode) JSON.readTree(config);
        ObjectNode annotations = spec.withObject("annotations");
        SandboxName pod = sandbox.name();
        annotations.put("io.kubernetes.cri.container-type", "container");
        annotations.put("io.kubernetes.cri.container-name", container.name().name());
        annotations.put("io.kubernetes.cri.image-name", container.image().image());
        annotations.put("io.kubernetes.cri.sandbox-id", sandbox.id().value());
        annotations.put("io.kubernetes.cri.sandbox-name", pod.name());
        annotations.put("io.kubernetes.cri.sandbox-namespace", pod.namespace());
        annotations.put("io.kubernetes.cri.sandbox-uid", pod.uid());
        Map<String, Object> metadata = Map.of(
                "name", container.name().name(), "attempt", container.name().attempt());
        annotations.put("io.kubernetes.cri-o.Metadata", JSON.writeValueAsString(metadata));
        annotations.put("io.kubernetes.cri-o.Labels", JSON.writeValueAsString(container.labels()));
        annotations.put("io.kubernetes.cri-o.Annotations", JSON.writeValueAsString(container.annotations()));
        return spec.toString();
    }
}
