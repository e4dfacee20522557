package io.davit.backend.oci.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Image;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 at any moment leaves whole images and nothing else. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class KillSpec {
    private static final int KILLS = 12;
    private static final int IMAGES = 4;
    private static final int FILES = 40;

    private final Random random = new Random(20261122);

    @TempDir
    Path directory;

    @Test
    void whenever_the_process_is_killed_images_are_whole_or_not_there() throws Exception {
        try (ScriptedServer server = ScriptedServer.start()) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < IMAGES; i++) names.add(image(i).publish(server, "app" + i, "1"));
            for (int kill = 0; kill < KILLS; kill++) {
                killAfter(Duration.ofMillis(random.nextInt(400)), names);
                checkEverything(names, kill);
            }
        }
    }

    // Two layers are shared by all images, one is each image's own.
    private static TestImage image(int number) {
        TestImage image = new TestImage();
        for (int layer = 0; layer < 3; layer++) {
            HandmadeTar archive = new HandmadeTar();
            for (int file = 0; file < FILES; file++) {
                archive.file("l" + layer + "/f" + file, layer < 2 ? "shared".repeat(500) : "image " + number);
            }
            image.layer(archive);
        }
        return image;
    }

    private void killAfter(Duration delay, List<String> names) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                PullAndKill.class.getName(),
                directory.toString()));
        command.addAll(names);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo("open");
            // The moment of death is what this test is about, not a condition to wait for.
            process.waitFor(delay);
            assertThat(process.isAlive()).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void checkEverything(List<String> names, int kill) throws IOException {
        try (ImageStore store = new ImageStore(directory)) {
            for (Image image : store.images().list()) checkContent(store, image);
            assertThat(store.files("layers")).allMatch(file -> file.matches("\\d+/.*"));
            for (String name : names) checkContent(store, store.pull(name));
            if (kill % 3 == 0) {
                List.copyOf(store.images().list())
                        .forEach(image -> store.images().remove(image.id()));
                store.assertEmpty();
            }
        }
    }

    private void checkContent(ImageStore store, Image image) {
        ContainerId id = ContainerId.random(random);
        Path root = store.images().rootFilesystems().prepare(id, image.id());
        for (int file = 0; file < FILES; file++) {
            assertThat(root.resolve("l0/f" + file)).hasSize(3000);
            assertThat(root.resolve("l1/f" + file)).hasSize(3000);
            assertThat(root.resolve("l2/f" + file)).content().startsWith("image ");
        }
        store.images().rootFilesystems().release(id);
    }
}
