package io.davit.backend.oci.archive;

import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code index.json} and what it points to (OCI image-spec, image-layout.md). */
final class OciLayout {
    private static final int INDEX_BYTES_MAX = 4 * 1024 * 1024;
    /** The whole name, by containerd and docker. */
    private static final String FULL_NAME = "io.containerd.image.name";
    /** A tag, or by some tools the whole name (image-spec, annotations.md). */
    private static final String REF_NAME = "org.opencontainers.image.ref.name";

    private static final JsonMapper JSON = new JsonMapper();

    private final ImageArchive archive;

    OciLayout(ImageArchive archive) {
        this.archive = archive;
    }

    boolean isThere() {
        return archive.file("index.json").isPresent();
    }

    boolean allNamed() {
        return entries().stream().allMatch(entry -> name(entry).isPresent());
    }

    ImageArchive.Contents contents(List<ImageReference> names) {
        List<JsonNode> entries = entries();
        List<ImageArchive.Named> images = new ArrayList<>();
        for (JsonNode entry : entries) {
            Digest digest = Digest.parse(entry.path("digest").asString(""));
            images.add(new ImageArchive.Named(name(entry).orElseGet(() -> onlyName(names, entries.size())), digest));
        }
        if (images.isEmpty()) throw Fault.invalid("data", "index.json names no image");
        return new ImageArchive.Contents(images, new ArchiveSource(archive.byDigest(), Map.of()));
    }

    static ImageReference onlyName(List<ImageReference> names, int images) {
        if (names.size() == 1 && images == 1) return names.getFirst();
        throw Fault.invalid(
                "name",
                images == 1
                        ? "the image has no name in the archive; give it one with --name"
                        : "of the " + images + " images in the archive not all have names");
    }

    private List<JsonNode> entries() {
        return json(archive, "index.json", INDEX_BYTES_MAX)
                .path("manifests")
                .valueStream()
                .toList();
    }

    static JsonNode json(ImageArchive archive, String name, int bytesMax) {
        ImageArchive.Stored stored =
                archive.file(name).orElseThrow(() -> Fault.invalid("data", "the archive has no " + name));
        if (stored.sizeBytes() > bytesMax) throw Fault.invalid("data", name + " is longer than " + bytesMax + " bytes");
        try {
            return JSON.readTree(Files.readAllBytes(stored.path()));
        } catch (IOException e) {
            throw Fault.failed("read " + name + " of the archive", e);
        } catch (JacksonException e) {
            throw Fault.invalid("data", name + " is no JSON: " + e.getOriginalMessage());
        }
    }

    private static Optional<ImageReference> name(JsonNode entry) {
        JsonNode annotations = entry.path("annotations");
        String full = annotations.path(FULL_NAME).asString("");
        if (!full.isEmpty()) return Optional.of(ImageReference.parse(full));
        String ref = annotations.path(REF_NAME).asString("");
        return ref.contains("/") ? Optional.of(ImageReference.parse(ref)) : Optional.empty();
    }
}
