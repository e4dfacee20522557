package io.davit.backend.oci.image;

import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a registry has under a tag or digest: one image, or one for each of several platforms. */
sealed interface Manifest {
    /** {@code application/vnd.oci.image.index.v1+json} or Docker's manifest list. */
    record Index(List<Descriptor> manifests) implements Manifest {
        public Index {
            manifests = List.copyOf(manifests);
        }

        /**
         * The entry that fits best; empty if none does. One that names no platform comes last: its configuration does, and
         * is looked at.
         */
        Optional<Descriptor> choose(Platform host) {
            for (Platform wanted : host.accepted()) {
                for (Descriptor entry : manifests) {
                    if (entry.platform().filter(wanted::equals).isPresent()) return Optional.of(entry);
                }
            }
            return manifests.stream()
                    .filter(entry -> entry.platform().isEmpty())
                    .findFirst();
        }

        /** For messages. */
        List<Platform> platforms() {
            return manifests.stream()
                    .flatMap(entry -> entry.platform().stream())
                    .distinct()
                    .toList();
        }
    }

    /** {@code application/vnd.oci.image.manifest.v1+json} or Docker's schema 2. */
    record OneImage(Descriptor config, List<Descriptor> layers) implements Manifest {
        public OneImage {
            layers = List.copyOf(layers);
        }
    }

    JsonMapper JSON = new JsonMapper();

    Set<String> CONFIG_TYPES =
            Set.of("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json");

    /** By names of this time and of the last ones; how a layer is compressed is seen from its content. */
    Set<String> LAYER_TYPES = Set.of(
            "application/vnd.oci.image.layer.v1.tar",
            "application/vnd.oci.image.layer.v1.tar+gzip",
            "application/vnd.oci.image.layer.v1.tar+zstd",
            "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
            "application/vnd.docker.image.rootfs.diff.tar",
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
            "application/vnd.docker.image.rootfs.diff.tar.zstd",
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");

    int ENTRIES_MAX = 1000;

    /** As for what registries send. */
    int BYTES_MAX = 4 * 1024 * 1024;

    /**
     * Reads a manifest or index.
     *
     * @param name for messages
     * @throws Fault Failed if it is neither, Unsupported if it is of a kind that no container can be made of
     */
    static Manifest parse(String name, byte[] body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JacksonException e) {
            throw Fault.failed("read the manifest of " + name, "it is no JSON: " + e.getOriginalMessage());
        }
        // A document with both could mean one image to us and another to whoever checked it (CVE-2021-41190).
        boolean isIndex = json.path("manifests").isArray();
        boolean isImage = json.path("layers").isArray() || json.path("config").isObject();
        if (isIndex && isImage)
            throw Fault.failed("read the manifest of " + name, "it is a manifest and an index at once");
        if (isIndex) return new Index(descriptors(name, json.path("manifests")));
        if (isImage) return image(name, json);
        if (json.path("schemaVersion").asInt(0) == 1) {
            throw unsupported(name, "Docker schema 1", "push the image again with a tool of this decade");
        }
        throw Fault.failed("read the manifest of " + name, "it is neither a manifest nor an index");
    }

    private static OneImage image(String name, JsonNode json) {
        Descriptor config = descriptor(name, json.path("config"));
        if (!CONFIG_TYPES.contains(config.mediaType())) {
            throw unsupported(
                    name, "the configuration type '" + config.mediaType() + "'", "this is no container image");
        }
        List<Descriptor> layers = descriptors(name, json.path("layers"));
        for (Descriptor layer : layers) {
            String what = "the layer type '" + layer.mediaType() + "'";
            if (layer.mediaType().endsWith("+encrypted")) {
                throw unsupported(name, what, "davit has no keys for encrypted layers");
            }
            if (!LAYER_TYPES.contains(layer.mediaType())) throw unsupported(name, what, "this is no container image");
        }
        return new OneImage(config, layers);
    }

    private static Fault unsupported(String name, String what, String why) {
        return new Fault(new Fault.Kind.Unsupported("image " + name + ": " + what, why));
    }

    private static List<Descriptor> descriptors(String name, JsonNode list) {
        if (list.size() > ENTRIES_MAX) throw Fault.failed("read the manifest of " + name, list.size() + " entries");
        List<Descriptor> found = new ArrayList<>();
        list.forEach(entry -> found.add(descriptor(name, entry)));
        return found;
    }

    private static Descriptor descriptor(String name, JsonNode json) {
        try {
            Digest digest = Digest.parse(json.path("digest").asString(""));
            long size = json.path("size").asLong(-1);
            if (size < 0) throw Fault.failed("read the manifest of " + name, "the size of " + digest + " is missing");
            return new Descriptor(json.path("mediaType").asString(""), digest, size, platform(json.path("platform")));
        } catch (Fault e) {
            throw new Fault(Fault.failed("read the manifest of " + name, e).kind(), e);
        }
    }

    private static Optional<Platform> platform(JsonNode json) {
        if (!json.isObject()) return Optional.empty();
        return Optional.of(new Platform(
                json.path("os").asString(""),
                json.path("architecture").asString(""),
                json.path("variant").asString("")));
    }
}
