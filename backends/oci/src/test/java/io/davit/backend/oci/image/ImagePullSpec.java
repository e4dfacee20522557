package io.davit.backend.oci.image;

import static io.davit.backend.oci.registry.ScriptedServer.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.content.DigestFunction;
import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class ImagePullSpec {
    private static final String OTHER = "mips64";

    @TempDir
    Path directory;

    private ScriptedServer server;
    private ImageStore store;

    @BeforeEach
    void start() throws IOException {
        server = ScriptedServer.start();
        store = new ImageStore(directory);
    }

    @AfterEach
    void stop() {
        store.close();
        server.close();
    }

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

    @Nested
    class A_name {
        private final TestImage one = new TestImage().file("a", "one");
        private final TestImage two = new TestImage().file("a", "two");

        @Test
        void with_a_digest_brings_no_tag() {
            one.publish(server, "app", "1");

            Image image = store.pull(server.host() + "/app@" + one.digest());
            Image again = store.pull(server.host() + "/app:nonsense@" + one.digest());

            assertThat(image.repoTags()).isEmpty();
            assertThat(image.repoDigests()).containsExactly(server.host() + "/app@" + one.digest());
            assertThat(again).isEqualTo(image);
        }

        @Test
        void that_moves_to_another_image_leaves_the_old_one_without_it() {
            String name = one.publish(server, "app", "1");
            Image old = store.pull(name);
            two.publish(server, "app", "1");

            Image moved = store.pull(name);

            assertThat(moved.repoTags()).containsExactly(name);
            assertThat(store.images().list())
                    .filteredOn(image -> image.id().equals(old.id()))
                    .singleElement()
                    .satisfies(image -> {
                        assertThat(image.repoTags()).isEmpty();
                        assertThat(image.repoDigests()).isEqualTo(old.repoDigests());
                    });
            store.reopen();
            assertThat(store.images().list()).hasSize(2).contains(moved);
        }

        @Test
        void is_one_of_many() {
            String first = one.publish(server, "app", "1");
            String second = one.publish(server, "app", "2");
            String third = one.publish(server, "copy/of/app", "1");

            store.pull(first);
            store.pull(second);
            Image image = store.pull(third);

            assertThat(image.repoTags()).containsExactly(first, second, third);
            assertThat(image.repoDigests()).hasSize(2);
            assertThat(store.images().list()).containsExactly(image);
            store.images().remove(image.id());
            store.assertEmpty();
        }

        @Test
        void that_is_here_is_asked_for_with_one_request() {
            String name = one.publish(server, "app", "1");
            store.pull(name);
            int before = server.requests().size();

            store.pull(name);

            assertThat(server.requests().subList(before, server.requests().size()))
                    .extracting(ScriptedServer.Request::method)
                    .containsExactly("HEAD");
        }

        @Test
        void that_is_here_is_still_refused_to_whom_the_registry_refuses_it() {
            String name = one.publish(server, "app", "1");
            store.pull(name);
            for (String reference : List.of("1", one.digest().toString())) {
                server.on("/v2/app/manifests/" + reference, (exchange, _) -> send(exchange, 401, ""));
            }
            Credentials stranger = new Credentials.UserPassword("x", new Secret("y"), "");

            assertThatThrownBy(() -> store.pull(name, stranger)).hasMessageContaining("HTTP 401");
            assertThatThrownBy(() -> store.pull(server.host() + "/app@" + one.digest(), stranger))
                    .hasMessageContaining("HTTP 401");
        }
    }

    @Nested
    class An_index {
        private final TestImage ours = new TestImage().file("a", "ours");
        private final TestImage theirs = new TestImage().file("a", "theirs").architecture(OTHER);

        private String publish(String type, TestImage... images) {
            for (TestImage image : images) image.publishContent(server, "app");
            byte[] index = TestImage.index(type, List.of(images));
            TestImage.publishManifest(server, "app", "1", index);
            TestImage.publishManifest(
                    server, "app", DigestFunction.sha256(index).toString(), index);
            return server.host() + "/app:1";
        }

        @Test
        void gives_the_image_for_this_platform() {
            assertThat(store.pull(publish(TestImage.OCI_INDEX, theirs, ours))
                            .id()
                            .digest())
                    .isEqualTo(ours.id());
        }

        @Test
        void of_docker_does_too_and_names_the_image_by_its_own_digest() {
            String type = "application/vnd.docker.distribution.manifest.list.v2+json";
            byte[] index = TestImage.index(type, List.of(theirs, ours));

            Image image = store.pull(publish(type, theirs, ours));

            assertThat(image.id().digest()).isEqualTo(ours.id());
            assertThat(image.repoDigests()).containsExactly(server.host() + "/app@" + DigestFunction.sha256(index));
        }

        @Test
        void whose_entry_names_no_platform_is_judged_by_the_configuration() {
            for (TestImage image : List.of(theirs, ours)) {
                String name = publish(TestImage.OCI_INDEX, image);
                byte[] index = new String(TestImage.index(TestImage.OCI_INDEX, List.of(image)), UTF_8)
                        .replaceAll(",\"platform\":\\{[^}]*}", "")
                        .getBytes(UTF_8);
                TestImage.publishManifest(server, "app", "1", index);
                TestImage.publishManifest(
                        server, "app", DigestFunction.sha256(index).toString(), index);

                if (image == ours) assertThat(store.pull(name).id().digest()).isEqualTo(ours.id());
                else assertThat(store.fault(name)).hasMessageContaining("it is for linux/" + OTHER);
            }
        }

        @Test
        void without_this_platform_says_which_it_has() {
            Fault fault = store.fault(publish(TestImage.OCI_INDEX, theirs));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.Absent.class);
            assertThat(fault).hasMessageContaining("linux/" + OTHER).hasMessageContaining("/app:1");
            store.assertEmpty();
        }

        @Test
        void that_points_to_an_image_of_another_platform_is_refused() {
            Fault fault = store.fault(theirs.publish(server, "app", "1"));

            assertThat(fault.kind()).isInstanceOf(Fault.Kind.Absent.class);
            assertThat(fault).hasMessageContaining("linux/" + OTHER);
            store.assertEmpty();
        }
    }

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
