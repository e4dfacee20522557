package io.davit.backend.oci.image;

import io.davit.core.domain.Digest;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An image's configuration (OCI image-spec, config.md).
 *
 * @param diffs digests of the layers, uncompressed, lowest first
 */
record ConfigBlob(Platform platform, List<Digest> diffs, ImageConfig process) {
    /** Far more than any real one; with the manifest the only thing of an image that is held in memory. */
    static final int BYTES_MAX = 8 * 1024 * 1024;

    private static final JsonMapper JSON = new JsonMapper();

    ConfigBlob {
        diffs = List.copyOf(diffs);
    }

    /** @throws Fault Failed if it cannot be read */
    static ConfigBlob parse(String name, byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            Platform platform = new Platform(
                    json.path("os").asString("linux"),
                    json.path("architecture").asString(""),
                    json.path("variant").asString(""));
            List<Digest> diffs = texts(json.path("rootfs").path("diff_ids")).stream()
                    .map(Digest::parse)
                    .toList();
            return new ConfigBlob(platform, diffs, process(json.path("config")));
        } catch (JacksonException e) {
            throw Fault.failed("read the configuration of " + name, e);
        }
    }

    private static ImageConfig process(JsonNode json) {
        return new ImageConfig(
                texts(json.path("Entrypoint")),
                texts(json.path("Cmd")),
                texts(json.path("Env")),
                json.path("WorkingDir").asString(""),
                json.path("User").asString(""),
                json.path("StopSignal").asString(""),
                List.copyOf(json.path("Volumes").propertyNames()),
                map(json.path("Labels")));
    }

    // Absent, null and empty mean the same.
    private static List<String> texts(JsonNode list) {
        List<String> found = new ArrayList<>();
        if (list.isArray()) list.forEach(entry -> found.add(entry.asString("")));
        return found;
    }

    private static Map<String, String> map(JsonNode object) {
        Map<String, String> found = new HashMap<>();
        if (object.isObject())
            object.properties()
                    .forEach(entry -> found.put(entry.getKey(), entry.getValue().asString("")));
        return found;
    }
}
