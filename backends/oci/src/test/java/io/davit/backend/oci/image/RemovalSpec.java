package io.davit.backend.oci.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.FilesystemUsage;
import io.davit.core.domain.Image;
import io.davit.core.spi.Removed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A removed image is gone at once; its files follow. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class RemovalSpec {
    private static final int FILES = 1000;
    private static final int ROUNDS = 10;

    private ScriptedServer registry;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws IOException {
        registry = ScriptedServer.start();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private static HandmadeTar layer(String name, int files) {
        HandmadeTar archive = new HandmadeTar();
        for (int file = 0; file < files; file++) archive.file(name + "/f" + file, name);
        return archive;
    }

    private String shared(String own) {
        return new TestImage()
                .layer(layer("shared", FILES))
                .layer(layer(own, 3))
                .publish(registry, own, "1");
    }

    @Test
    void an_image_does_not_come_back_when_the_process_dies_right_after_its_removal() throws Exception {
        String name = shared("app");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RemoveAndHalt.class.getName(),
                        directory.toString(),
                        name)
                .inheritIO()
                .start();
        assertThat(process.waitFor(Duration.ofMinutes(2))).isTrue();
        assertThat(process.exitValue()).isZero();

        try (ImageStore store = new ImageStore(directory)) {
            assertThat(store.images().list()).isEmpty();
            store.assertEmpty();
            assertThat(directory.resolve("state/layers")).isEmptyDirectory();
        }
    }

    @Test
    void what_images_take_is_told_until_it_is_free() {
        try (ImageStore store = new ImageStore(directory)) {
            FilesystemUsage before = usage(store);
            Image image = store.pull(shared("app"));
            assertThat(usage(store).usedInodes()).isGreaterThan(before.usedInodes() + FILES);

            assertThat(store.images().remove(image.id())).isEqualTo(Removed.NOW);

            assertThat(store.images().awaitDeletions(Duration.ofMinutes(1))).isTrue();
            assertThat(usage(store).usedBytes()).isEqualTo(before.usedBytes());
            assertThat(usage(store).usedInodes()).isEqualTo(before.usedInodes());
            assertThat(store.images().activity().layersDeleted()).isEqualTo(2);
            assertThat(store.images().activity().trashBytes()).isZero();
        }
    }

    private static FilesystemUsage usage(ImageStore store) {
        return store.images().imageFilesystems().getFirst();
    }

    /** Whichever comes first: the layer is kept, or it is fetched again. */
    @Test
    void a_pull_gets_whole_layers_while_another_image_of_them_is_removed() throws Exception {
        String first = shared("first");
        String second = shared("second");
        ContainerId container = ContainerId.random(new Random(5));
        try (ImageStore store = new ImageStore(directory)) {
            for (int round = 0; round < ROUNDS; round++) {
                Image old = store.pull(first);
                CompletableFuture<Image> pull = CompletableFuture.supplyAsync(() -> store.pull(second));
                store.images().remove(old.id());
                Image image = pull.get();

                Path root = store.images().rootFilesystems().prepare(container, image.id());
                assertThat(root.resolve("shared").toFile().list()).hasSize(FILES);
                assertThat(root.resolve("shared/f" + (FILES - 1))).hasContent("shared");
                store.images().rootFilesystems().release(container);
                store.images().remove(image.id());
            }
            store.assertEmpty();
        }
    }
}
