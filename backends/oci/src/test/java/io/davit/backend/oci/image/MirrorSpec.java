package io.davit.backend.oci.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.registry.RegistrySettings;
import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageReference;
import io.davit.core.spi.LayerProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls whose bytes do not all come from where they should, or not all at once. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class MirrorSpec {
    private static final Path NONE = Path.of("");

    @TempDir
    Path directory;

    private final TestImage app = new TestImage()
            .file("etc/one", "1")
            .file("etc/two", "2".repeat(5000))
            .file("etc/three", "3");

    private ScriptedServer registry;
    private ScriptedServer mirror;
    private ImageStore store;

    @BeforeEach
    void start() throws IOException {
        registry = ScriptedServer.start();
        mirror = ScriptedServer.start();
        RegistrySettings mirrored =
                new RegistrySettings(false, List.of(mirror.host()), NONE, NONE, NONE, NONE, "", NONE);
        store = new ImageStore(directory, ImageSettings.DEFAULTS, Map.of(registry.host(), mirrored));
    }

    @AfterEach
    void stop() {
        store.close();
        mirror.close();
        registry.close();
    }

    private static byte[] damaged(byte[] data) {
        byte[] other = data.clone();
        other[other.length / 2] ^= 0x55;
        return other;
    }

    @Test
    void a_layer_that_a_mirror_damages_is_fetched_from_the_registry_itself() {
        app.publish(mirror, "team/app", "1");
        mirror.on(app.blobPath("team/app", 1), damaged(app.blob(1)));

        Image image = store.pull(app.publish(registry, "team/app", "1"));

        assertThat(store.images().list()).containsExactly(image);
        assertThat(registry.requests(app.blobPath("team/app", 1))).hasSize(1);
        assertThat(registry.requests(app.blobPath("team/app", 0))).isEmpty();
    }

    @Test
    void a_layer_that_all_damage_leaves_nothing() {
        app.publish(mirror, "team/app", "1");
        String name = app.publish(registry, "team/app", "1");
        for (ScriptedServer server : List.of(mirror, registry)) {
            server.on(app.blobPath("team/app", 1), damaged(app.blob(1)));
        }

        assertThat(store.fault(name)).hasMessageContaining(registry.host());
        store.assertEmpty();
    }

    @Test
    void a_layer_whose_kept_beginning_is_damaged_is_fetched_anew() throws IOException {
        String name = app.publish(registry, "team/app", "1");
        String digest = app.blobPath("team/app", 1).replaceFirst(".*sha256:", "sha256-");
        Files.write(directory.resolve("state/partial").resolve(digest), new byte[10]);

        assertThat(store.images().list()).isEmpty();
        assertThat(store.pull(name).repoTags()).containsExactly(name);
    }

    @Test
    void what_a_broken_off_pull_leaves_is_kept_for_an_hour() throws IOException {
        Path young = Files.write(directory.resolve("state/partial/sha256-" + "a".repeat(64)), new byte[10]);
        Path old = Files.write(directory.resolve("state/partial/sha256-" + "b".repeat(64)), new byte[10]);
        Files.setLastModifiedTime(young, FileTime.from(Instant.now().minus(Duration.ofMinutes(59))));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofMinutes(61))));

        store.reopen();

        assertThat(young).exists();
        assertThat(old).doesNotExist();
    }

    @Test
    void blobs_that_nobody_holds_go_after_an_hour_and_those_of_images_stay() throws IOException {
        String name = app.publish(registry, "team/app", "1");
        store.pull(name);
        Path blobs = directory.resolve("state/blobs/sha256");
        Path stray = Files.write(blobs.resolve("c".repeat(64)), new byte[10]);
        long before;
        try (var files = Files.list(blobs)) {
            List<Path> all = files.toList();
            before = all.size();
            for (Path file : all) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(9))));
            }
        }

        store.reopen();

        assertThat(stray).doesNotExist();
        assertThat(store.files("blobs")).hasSize((int) before - 1);
        assertThat(store.images().list()).hasSize(1);
    }

    @Test
    void a_pull_under_way_shows_how_far_each_layer_is() throws Exception {
        String name = app.publish(registry, "team/app", "1");
        byte[] blob = app.blob(1);
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch seen = new CountDownLatch(1);
        registry.on(app.blobPath("team/app", 1), (exchange, _) -> {
            exchange.sendResponseHeaders(200, blob.length);
            exchange.getResponseBody().write(blob, 0, blob.length / 2);
            exchange.getResponseBody().flush();
            half.countDown();
            seen.await();
            exchange.getResponseBody().write(blob, blob.length / 2, blob.length - blob.length / 2);
        });
        ImageReference reference = ImageReference.parse(name);
        CompletableFuture<Image> pull = CompletableFuture.supplyAsync(() -> store.pull(name));
        half.await();

        List<LayerProgress> layers = store.images().progress(reference);
        while (layers.size() != 3 || layers.get(1).fetchedBytes() == 0) {
            Thread.onSpinWait();
            layers = store.images().progress(reference);
        }
        seen.countDown();
        pull.get();

        assertThat(layers.get(1).step()).isEqualTo(LayerProgress.Step.FETCHING);
        assertThat(layers.get(1).fetchedBytes()).isEqualTo(blob.length / 2);
        assertThat(layers.get(1).blobBytes()).isEqualTo(blob.length);
        assertThat(store.images().progress(reference)).isEmpty();
    }

    @Test
    void the_configuration_can_change_while_it_runs() {
        String name = app.publish(registry, "team/app", "1");

        store.images().reconfigure(new ImageSettings(List.of("other.example"), List.of()), Map.of());
        assertThat(store.fault(name)).hasMessageContaining("other.example");

        store.images().reconfigure(new ImageSettings(List.of(), List.of(name)), Map.of());
        store.pull(name);
        assertThat(store.images().list()).allMatch(Image::pinned);
        assertThat(mirror.requests()).isEmpty();
        assertThat(store.images().details().toString()).contains(name);
    }
}
