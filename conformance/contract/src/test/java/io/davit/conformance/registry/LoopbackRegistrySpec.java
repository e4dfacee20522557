package io.davit.conformance.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LoopbackRegistrySpec {
    private final PublishedImage image = PublishedImage.busybox("shell", List.of("sleep", "1000"));
    private final LoopbackRegistry registry = LoopbackRegistry.start();
    private final HttpClient client = HttpClient.newHttpClient();

    LoopbackRegistrySpec() {
        registry.publish("test/shell", "1", image);
    }

    @AfterEach
    void close() {
        client.close();
        registry.close();
    }

    @Test
    void a_manifest_is_found_by_tag_and_by_digest() throws Exception {
        assertThat(get("manifests/1").body()).isEqualTo(image.manifest());
        assertThat(get("manifests/" + image.manifestDigest()).body()).isEqualTo(image.manifest());
        assertThat(get("manifests/2").statusCode()).isEqualTo(404);
    }

    @Test
    void the_same_image_is_made_twice_with_the_same_bytes_and_another_name_makes_another_image() {
        assertThat(PublishedImage.busybox("shell", List.of("sleep", "1000")).manifestDigest())
                .isEqualTo(image.manifestDigest());
        assertThat(PublishedImage.busybox("other", List.of("sleep", "1000")).manifestDigest())
                .isNotEqualTo(image.manifestDigest());
    }

    @Test
    void blobs_are_served_whole_and_from_an_offset_on() throws Exception {
        String layer = "blobs/" + image.layerDigest();

        assertThat(get(layer).body()).isEqualTo(image.layer());
        HttpResponse<byte[]> rest = client.send(
                HttpRequest.newBuilder(uri(layer)).header("Range", "bytes=100-").build(), BodyHandlers.ofByteArray());
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).hasSize(image.layer().length - 100);
    }

    @Test
    void a_corrupt_layer_has_its_length_and_other_bytes() throws Exception {
        registry.misbehave(Trouble.CORRUPT_LAYER);

        byte[] body = get("blobs/" + image.layerDigest()).body();

        assertThat(body).hasSameSizeAs(image.layer()).isNotEqualTo(image.layer());
    }

    @Test
    void a_truncated_layer_ends_too_early() {
        registry.misbehave(Trouble.TRUNCATED_LAYER);

        assertThatThrownBy(() -> get("blobs/" + image.layerDigest())).isInstanceOf(IOException.class);
    }

    @Test
    void refusals_have_their_status() throws Exception {
        registry.misbehave(Trouble.UNAUTHORIZED);
        assertThat(get("manifests/1").statusCode()).isEqualTo(401);
        registry.misbehave(Trouble.SERVER_ERROR);
        assertThat(get("manifests/1").statusCode()).isEqualTo(500);
        registry.misbehave(Trouble.TOO_MANY_REQUESTS);
        assertThat(get("manifests/1").statusCode()).isEqualTo(429);
    }

    @Test
    void wrong_and_broken_manifests_are_not_what_their_digest_says() throws Exception {
        registry.misbehave(Trouble.WRONG_DIGEST);
        assertThat(get("manifests/" + image.manifestDigest()).body()).isNotEqualTo(image.manifest());
        registry.misbehave(Trouble.BROKEN_MANIFEST);
        assertThat(get("manifests/1").body()).isNotEqualTo(image.manifest());
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofByteArray());
    }

    private URI uri(String path) {
        return URI.create("http://" + registry.host() + "/v2/test/shell/" + path);
    }
}
