package io.davit.backend.oci.image;

import static io.davit.backend.oci.registry.ScriptedServer.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.Fault;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Pulls of what is no image, or not the one it says it is. */
class BrokenImageSpec extends Pulling {
    @Nested
    class A_broken_image_leaves_nothing {
        private final TestImage image =
                new TestImage().file("a", "x").file("b", "y".repeat(10_000)).file("c", "z");

        @Test
        void when_a_layer_has_another_digest() {
            String name = image.publish(server, "app", "1");
            byte[] damaged = image.blob(1);
            damaged[damaged.length / 2] ^= 1;
            server.on(image.blobPath("app", 1), damaged);

            assertThat(store.fault(name)).hasMessageContaining("digest");
            store.assertEmpty();
        }

        @Test
        void when_a_layer_is_not_what_the_configuration_says() {
            String name = image.publish(server, "app", "1");
            String other = new String(image.config(), UTF_8)
                    .replace(
                            DigestFunction.sha256(
                                            new HandmadeTar().file("c", "z").bytes())
                                    .hex(),
                            "0".repeat(64));
            publishWithConfig(name, other.getBytes(UTF_8));

            assertThat(store.fault(name)).hasMessageContaining("do not fit");
            store.assertEmpty();
        }

        @Test
        void when_there_are_more_layers_than_the_configuration_knows() {
            String name = image.publish(server, "app", "1");
            publishWithConfig(name, new TestImage().file("a", "x").config());

            assertThat(store.fault(name))
                    .hasMessageContaining("3 layers")
                    .hasMessageContaining("1 in the configuration");
            store.assertEmpty();
        }

        private void publishWithConfig(String name, byte[] config) {
            server.on("/v2/app/blobs/" + DigestFunction.sha256(config), config);
            String manifest = new String(image.manifest(), UTF_8)
                    .replace(
                            TestImage.descriptor(TestImage.OCI_CONFIG, image.config()),
                            TestImage.descriptor(TestImage.OCI_CONFIG, config));
            TestImage.publishManifest(server, "app", "1", manifest.getBytes(UTF_8));
            TestImage.publishManifest(
                    server,
                    "app",
                    DigestFunction.sha256(manifest.getBytes(UTF_8)).toString(),
                    manifest.getBytes(UTF_8));
            assertThat(name).endsWith(":1");
        }

        @Test
        void when_there_are_more_layers_than_overlayfs_stacks() {
            TestImage many = new TestImage();
            for (int i = 0; i < 501; i++) many.file("last", Integer.toString(i));

            Fault fault = store.fault(many.publish(server, "app", "1"));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.Unsupported.class);
            assertThat(fault).hasMessageContaining("501 layers").hasMessageContaining("500");
            store.assertEmpty();
        }

        @Test
        void when_a_layer_is_missing() {
            String name = image.publish(server, "app", "1");
            server.on(image.blobPath("app", 2), (exchange, _) -> send(exchange, 404, ""));

            assertThat(store.fault(name)).hasMessageContaining("HTTP 404");
            store.assertEmpty();
        }

        @Test
        void when_the_manifest_is_no_manifest() {
            for (String body : List.of(
                    "",
                    "{",
                    "[]",
                    "{}",
                    "\"x\"",
                    "{\"schemaVersion\":1,\"fsLayers\":[]}",
                    "{\"layers\":[],\"config\":{},\"manifests\":[]}",
                    "{\"layers\":[],\"config\":{}}",
                    "{\"layers\":[{\"digest\":\"sha256:../../x\",\"size\":1}],\"config\":{}}")) {
                TestImage.publishManifest(server, "app", "1", body.getBytes(UTF_8));
                String digest = DigestFunction.sha256(body.getBytes(UTF_8)).toString();
                TestImage.publishManifest(server, "app", digest, body.getBytes(UTF_8));

                assertThat(store.fault(server.host() + "/app:1")).hasMessageContaining(server.host() + "/app:1");
                store.assertEmpty();
            }
        }

        @Test
        void when_it_is_of_a_kind_we_cannot_run() {
            TestImage encrypted = new TestImage()
                    .file("a", "x")
                    .types(
                            TestImage.OCI_MANIFEST,
                            TestImage.OCI_CONFIG,
                            "application/vnd.oci.image.layer.v1.tar+gzip+encrypted");
            TestImage chart =
                    new TestImage().types(TestImage.OCI_MANIFEST, "application/vnd.cncf.helm.config.v1+json", "x");

            for (TestImage strange : List.of(encrypted, chart)) {
                Fault fault = store.fault(strange.publish(server, "app", "1"));
                assertThat(fault.kind()).isInstanceOf(Fault.Kind.Unsupported.class);
                store.assertEmpty();
            }
        }
    }
}
