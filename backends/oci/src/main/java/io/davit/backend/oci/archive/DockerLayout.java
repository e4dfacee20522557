package io.davit.backend.oci.archive;

import io.davit.backend.oci.content.DigestFunction;
import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * {@code manifest.json} as {@code docker save} writes it: a list of images, each with its configuration, names and the
 * files of its layers. Such an image has no manifest, so it gets one.
 */
final class DockerLayout {
    private static final int MANIFEST_BYTES_MAX = 4 * 1024 * 1024;

    private final ImageArchive archive;
    private final Map<Digest, byte[]> manifests = new HashMap<>();

    DockerLayout(ImageArchive archive) {
        this.archive = archive;
    }

    boolean isThere() {
        return archive.file("manifest.json").isPresent();
    }

    ImageArchive.Contents contents(List<ImageReference> names) {
        List<JsonNode> entries = OciLayout.json(archive, "manifest.json", MANIFEST_BYTES_MAX)
                .valueStream()
                .toList();
        List<ImageArchive.Named> images = new ArrayList<>();
        for (JsonNode entry : entries) {
            Digest manifest = manifest(entry);
            List<ImageReference> tags = entry.path("RepoTags")
                    .valueStream()
                    .map(tag -> ImageReference.parse(tag.asString("")))
                    .toList();
            if (tags.isEmpty()) tags = List.of(OciLayout.onlyName(names, entries.size()));
            tags.forEach(tag -> images.add(new ImageArchive.Named(tag, manifest)));
        }
        if (images.isEmpty()) throw Fault.invalid("data", "manifest.json names no image");
        return new ImageArchive.Contents(images, new ArchiveSource(archive.byDigest(), manifests));
    }

    private Digest manifest(JsonNode entry) {
        List<String> layers = entry.path("Layers")
                .valueStream()
                .map(layer -> descriptor("application/vnd.oci.image.layer.v1.tar", layer.asString("")))
                .toList();
        String config = descriptor(
                "application/vnd.oci.image.config.v1+json", entry.path("Config").asString(""));
        byte[] manifest =
                ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                                + config + ",\"layers\":[" + String.join(",", layers) + "]}")
                        .getBytes(StandardCharsets.UTF_8);
        Digest digest = DigestFunction.sha256(manifest);
        manifests.put(digest, manifest);
        return digest;
    }

    private String descriptor(String type, String file) {
        ImageArchive.Stored stored = archive.file(file)
                .orElseThrow(() -> Fault.invalid("data", "manifest.json names '" + file + "', which is not in it"));
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + stored.digest() + "\",\"size\":" + stored.sizeBytes()
                + "}";
    }
}
