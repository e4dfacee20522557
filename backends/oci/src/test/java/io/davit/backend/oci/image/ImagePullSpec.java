package io.davit.backend.oci.image;

import static io.davit.backend.oci.registry.ScriptedServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Image;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulls that bring an image, in one go or in two. */
class ImagePullSpec extends Pulling {
    @Nested
    class An_image {
        @Test
        void of_several_layers_is_stacked() {
            Image image = store.pull(new TestImage()
                    .layer(new HandmadeTar()
                            .file("a", "lower")
                            .file("b", "lower")
                            .file("c", "lower"))
                    .layer(new HandmadeTar().file("b", "upper").file(".wh.c", ""))
                    .publish(server, "app", "1"));

            Path root = store.images().rootFilesystems().prepare(ContainerId.random(new Random(1)), image.id());

            assertThat(root.resolve("a")).hasContent("lower");
            assertThat(root.resolve("b")).hasContent("upper");
            assertThat(root.resolve("c")).doesNotExist();
        }

        /** The paths of 150 layers are more than a page of mount options; 500 is what overlayfs takes. */
        @ParameterizedTest
        @ValueSource(ints = {150, 500})
        void of_many_layers_is_stacked_in_order(int layers) {
            TestImage many = new TestImage();
            for (int i = 0; i < layers; i++) many.file("last", Integer.toString(i));
            Image image = store.pull(many.publish(server, "app", "1"));

            Path root = store.images().rootFilesystems().prepare(ContainerId.random(new Random(1)), image.id());

            assertThat(root.resolve("last")).hasContent(Integer.toString(layers - 1));
        }

        @Test
        void may_have_the_same_layer_twice() {
            TestImage image = new TestImage();
            for (int i = 0; i < 8; i++) image.file("same", "x").file("other", "y");

            assertThat(store.pull(image.publish(server, "app", "1")).sizeBytes())
                    .isPositive();
            assertThat(server.requests(image.blobPath("app", 0))).hasSize(1);
        }

        @Test
        void may_have_no_layers() {
            Image image = store.pull(new TestImage().publish(server, "app", "1"));

            Path root = store.images().rootFilesystems().prepare(ContainerId.random(new Random(1)), image.id());

            assertThat(root).isEmptyDirectory();
            assertThat(image.sizeBytes()).isPositive();
        }

        @Test
        void says_what_it_wants_to_run() {
            Image image = store.pull(new TestImage()
                    .file("a", "x")
                    .process("{\"User\":\"1000:100\",\"Env\":[\"A=b=c\"],\"Entrypoint\":null,\"Cmd\":[\"sh\",\"-c\"],"
                            + "\"WorkingDir\":\"/w\",\"StopSignal\":\"SIGINT\",\"Volumes\":{\"/v\":{}},"
                            + "\"Labels\":{\"l\":\"1\"}}")
                    .publish(server, "app", "1"));

            assertThat(image.config().user()).isEqualTo("1000:100");
            assertThat(image.config().environment()).containsExactly("A=b=c");
            assertThat(image.config().entrypoint()).isEmpty();
            assertThat(image.config().command()).containsExactly("sh", "-c");
            assertThat(image.config().workingDirectory()).isEqualTo("/w");
            assertThat(image.config().stopSignal()).isEqualTo("SIGINT");
            assertThat(image.config().volumes()).containsExactly("/v");
            assertThat(image.config().labels()).containsEntry("l", "1");
        }

        @Test
        void of_docker_is_an_image_too() {
            TestImage docker = new TestImage()
                    .file("a", "x")
                    .types(
                            "application/vnd.docker.distribution.manifest.v2+json",
                            "application/vnd.docker.container.image.v1+json",
                            "application/vnd.docker.image.rootfs.diff.tar.gzip");

            assertThat(store.pull(docker.publish(server, "app", "1")).id().digest())
                    .isEqualTo(docker.id());
        }
    }

    @Test
    void a_pull_that_the_registry_broke_off_goes_on_where_it_stopped() {
        TestImage image = new TestImage().file("a", "x").file("b", "y");
        String name = image.publish(server, "app", "1");
        server.on(image.blobPath("app", 1), (exchange, _) -> send(exchange, 503, ""));
        assertThat(store.fault(name)).hasMessageStartingWith("RegistryUnavailable");
        assertThat(store.images().list()).isEmpty();
        image.publish(server, "app", "1");

        store.pull(name);

        assertThat(server.requests(image.blobPath("app", 0))).hasSize(1);
    }
}
