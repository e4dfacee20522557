package io.davit.backend.oci.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that come and go as archives. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class ArchiveSpec {
    private static final String NAME = "registry.example/team/app:1";

    @TempDir
    Path directory;

    private final HandmadeTar lower = new HandmadeTar().file("etc/one", "1");
    private final HandmadeTar upper = new HandmadeTar().file("etc/two", "2");
    private final TestImage app = new TestImage().layer(lower).layer(upper).process("{\"Cmd\":[\"sh\"]}");
    private ImageStore store;

    @BeforeEach
    void open() {
        store = new ImageStore(directory.resolve("one"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private List<Image> load(byte[] archive, String... names) {
        List<ImageReference> given =
                List.of(names).stream().map(ImageReference::parse).toList();
        return store.images().load(new ByteArrayInputStream(archive), given);
    }

    private static byte[] saved(ImageStore from, String... names) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        from.images().save(List.of(names).stream().map(ImageReference::parse).toList(), archive);
        return archive.toByteArray();
    }

    private static String text(byte[] data) {
        return new String(data, ISO_8859_1);
    }

    /** As docker save wrote it for ten years: layers beside, the configuration named by its digest. */
    private byte[] dockerArchive(String tags) {
        String config = app.id().hex() + ".json";
        return new HandmadeTar()
                .file("a/layer.tar", text(lower.bytes()))
                .symlink("b/layer.tar", "../c/layer.tar")
                .file("c/layer.tar", text(upper.bytes()))
                .file(config, text(app.config()))
                .file(
                        "manifest.json",
                        "[{\"Config\":\"" + config + "\",\"RepoTags\":" + tags
                                + ",\"Layers\":[\"a/layer.tar\",\"b/layer.tar\"]}]")
                .bytes();
    }

    private byte[] ociArchive(String annotations) {
        String manifest = TestImage.descriptor(TestImage.OCI_MANIFEST, app.manifest())
                .replaceFirst("}$", ",\"annotations\":" + annotations + "}");
        return new HandmadeTar()
                .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .file("index.json", "{\"schemaVersion\":2,\"manifests\":[" + manifest + "]}")
                .file("blobs/sha256/" + app.digest().hex(), text(app.manifest()))
                .file("blobs/sha256/" + app.id().hex(), text(app.config()))
                .bytes();
    }

    @Test
    void what_docker_saved_is_loaded_with_all_its_tags() {
        List<Image> loaded = load(dockerArchive("[\"" + NAME + "\",\"registry.example/team/app:2\"]"));

        assertThat(loaded.getLast().id().digest()).isEqualTo(app.id());
        assertThat(store.images().list()).hasSize(1);
        assertThat(store.images().list().getFirst().repoTags())
                .containsExactlyInAnyOrder(NAME, "registry.example/team/app:2");
        assertThat(store.images().list().getFirst().config().command()).containsExactly("sh");
        assertThat(store.files("archives")).isEmpty();
    }

    @Test
    void a_packed_archive_is_understood() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(dockerArchive("[\"" + NAME + "\"]"));
        }

        assertThat(load(packed.toByteArray()).getFirst().repoTags()).containsExactly(NAME);
    }

    @Test
    void an_image_without_a_name_gets_the_one_given_or_is_refused() {
        assertThatThrownBy(() -> load(dockerArchive("null")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("--name");
        assertThat(load(dockerArchive("null"), NAME).getFirst().repoTags()).containsExactly(NAME);
    }

    @Test
    void an_image_saved_here_is_the_same_elsewhere() throws IOException {
        try (ScriptedServer registry = ScriptedServer.start()) {
            Image pulled = store.pull(app.publish(registry, "team/app", "1"));
            byte[] archive = saved(store, pulled.repoTags().getFirst());
            store.close();
            store = new ImageStore(directory.resolve("two"));

            Image loaded = load(archive).getFirst();

            assertThat(loaded).isEqualTo(pulled);
            assertThat(saved(store, pulled.repoTags().getFirst())).isEqualTo(archive);
        }
    }

    @Test
    void what_is_saved_is_a_docker_archive_too() throws IOException {
        load(dockerArchive("[\"" + NAME + "\"]"));

        String archive = text(saved(store, NAME));

        assertThat(archive).contains("manifest.json", "\"RepoTags\":[\"" + NAME + "\"]", "index.json", "oci-layout");
    }

    @Test
    void content_that_the_archive_lacks_is_named_and_nothing_is_left() {
        assertThatThrownBy(() -> load(ociArchive("{\"io.containerd.image.name\":\"" + NAME + "\"}")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("which is not in it");
        store.assertEmpty();
        assertThat(store.files("archives")).isEmpty();
    }

    @Test
    void content_of_another_digest_is_not_taken_for_the_one_named() {
        byte[] archive = text(ociArchive("{\"io.containerd.image.name\":\"" + NAME + "\"}"))
                .replace("\"schemaVersion\":2,\"mediaType\"", "\"schemaVersion\":3,\"mediaType\"")
                .getBytes(ISO_8859_1);

        assertThatThrownBy(() -> load(archive)).isInstanceOf(Fault.class).hasMessageContaining("not in it");
        store.assertEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no archive at all", "{}"})
    void what_is_no_archive_is_refused(String content) {
        assertThatThrownBy(() -> load(content.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.InvalidRequest.class));
        assertThat(store.files("archives")).isEmpty();
    }

    @Test
    void an_archive_that_ends_too_early_is_refused_and_nothing_is_left() {
        byte[] whole = dockerArchive("[\"" + NAME + "\"]");

        assertThatThrownBy(() -> load(Arrays.copyOf(whole, 700))).isInstanceOf(Fault.class);
        store.assertEmpty();
        assertThat(store.files("archives")).isEmpty();
    }

    @Test
    void a_name_that_leaves_the_directory_leads_nowhere() throws IOException {
        byte[] archive = new HandmadeTar()
                .file("../../../escaped", "x")
                .file("/escaped", "x")
                .symlink("manifest.json", "/etc/passwd")
                .bytes();

        assertThatThrownBy(() -> load(archive)).isInstanceOf(Fault.class);
        try (var files = Files.walk(directory)) {
            assertThat(files.filter(file -> file.endsWith("escaped"))).isEmpty();
        }
    }

    @Test
    void the_policy_holds_for_archives_too() {
        store.images().reconfigure(new ImageSettings(List.of("other.example"), List.of()), Map.of());

        assertThatThrownBy(() -> load(dockerArchive("[\"" + NAME + "\"]"))).hasMessageContaining("oci.images.allowed");
        store.assertEmpty();
    }

    @Test
    void an_image_that_is_not_here_cannot_be_saved() {
        assertThatThrownBy(() -> saved(store, NAME)).isInstanceOf(Fault.class).hasMessageContaining(NAME);
    }
}
