package io.davit.backend.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** An image made by a test, to be put on a {@link ScriptedServer}. */
final class TestImage {
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";

    private final List<byte[]> archives = new ArrayList<>();
    private String platform = "\"architecture\":\"" + Platform.host().architecture() + "\",\"os\":\"linux\"";
    private String process = "{}";
    private String manifestType = OCI_MANIFEST;
    private String configType = OCI_CONFIG;
    private String layerType = "application/vnd.oci.image.layer.v1.tar+gzip";

    /** Adds a layer, on top. */
    TestImage layer(HandmadeTar archive) {
        archives.add(archive.bytes());
        return this;
    }

    /** Adds a layer with one file. */
    TestImage file(String path, String content) {
        return layer(new HandmadeTar().file(path, content));
    }

    TestImage architecture(String name) {
        platform = "\"architecture\":\"" + name + "\",\"os\":\"linux\"";
        return this;
    }

    /** The JSON of {@code config.config}. */
    TestImage process(String json) {
        process = json;
        return this;
    }

    TestImage types(String manifest, String config, String layer) {
        manifestType = manifest;
        configType = config;
        layerType = layer;
        return this;
    }

    byte[] config() {
        String diffs = archives.stream()
                .map(archive -> '"' + DigestFunction.sha256(archive).toString() + '"')
                .collect(Collectors.joining(","));
        return ("{" + platform + ",\"config\":" + process + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffs
                        + "]}}")
                .getBytes(UTF_8);
    }

    byte[] blob(int layer) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(archives.get(layer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    String blobPath(String repository, int layer) {
        return "/v2/" + repository + "/blobs/" + DigestFunction.sha256(blob(layer));
    }

    byte[] manifest() {
        List<String> layers = new ArrayList<>();
        for (int i = 0; i < archives.size(); i++) layers.add(descriptor(layerType, blob(i)));
        return ("{\"schemaVersion\":2,\"mediaType\":\"" + manifestType + "\",\"config\":"
                        + descriptor(configType, config()) + ",\"layers\":[" + String.join(",", layers) + "]}")
                .getBytes(UTF_8);
    }

    Digest digest() {
        return DigestFunction.sha256(manifest());
    }

    Digest id() {
        return DigestFunction.sha256(config());
    }

    static String descriptor(String type, byte[] content) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + DigestFunction.sha256(content) + "\",\"size\":"
                + content.length + "}";
    }

    /** An index of images for several platforms. */
    static byte[] index(String type, List<TestImage> images) {
        String entries = images.stream()
                .map(image -> descriptor(image.manifestType, image.manifest()).replaceFirst("}$", "")
                        + ",\"platform\":{" + image.platform + "}}")
                .collect(Collectors.joining(","));
        return ("{\"schemaVersion\":2,\"mediaType\":\"" + type + "\",\"manifests\":[" + entries + "]}").getBytes(UTF_8);
    }

    /** Puts manifest, configuration and layers there; returns the name with the tag. */
    String publish(ScriptedServer server, String repository, String tag) {
        publishContent(server, repository);
        publishManifest(server, repository, tag, manifest());
        return server.host() + "/" + repository + ":" + tag;
    }

    void publishContent(ScriptedServer server, String repository) {
        publishManifest(server, repository, digest().toString(), manifest());
        server.on("/v2/" + repository + "/blobs/" + id(), config());
        for (int i = 0; i < archives.size(); i++) server.on(blobPath(repository, i), blob(i));
    }

    static void publishManifest(ScriptedServer server, String repository, String reference, byte[] manifest) {
        server.on("/v2/" + repository + "/manifests/" + reference, (exchange, _) -> {
            exchange.getResponseHeaders()
                    .set(
                            "Docker-Content-Digest",
                            DigestFunction.sha256(manifest).toString());
            ScriptedServer.send(exchange, 200, manifest);
        });
    }
}
