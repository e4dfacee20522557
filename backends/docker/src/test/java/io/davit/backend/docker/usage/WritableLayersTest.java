package io.davit.backend.docker.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class WritableLayersTest {
    @TempDir
    private Path directory;

    @Test
    void every_new_layer_is_counted_soon() throws IOException {
        try (WritableLayers layers = new WritableLayers(directory, Clock.systemUTC())) {
            for (int i = 1; i <= 3; i++) {
                String name = "layer-" + i;
                Path layer = Files.createDirectory(directory.resolve(name));
                Files.write(layer.resolve("file"), new byte[1000 * i]);

                layers.add(name, layer);

                await().until(() -> layers.of(name).isPresent());
                assertThat(layers.of(name)).hasValueSatisfying(usage -> {
                    assertThat(usage.usedInodes()).isEqualTo(2);
                    assertThat(usage.mountpoint()).isEqualTo(directory);
                });
                assertThat(layers.of(name).orElseThrow().usedBytes()).isEqualTo(1000L * i);
            }
            assertThat(layers.all().usedBytes()).isEqualTo(6000);
        }
    }

    @Test
    void a_layer_that_grows_is_counted_again() throws IOException {
        Path layer = Files.createDirectory(directory.resolve("layer"));
        try (WritableLayers layers = new WritableLayers(directory, Clock.systemUTC())) {
            layers.add("one", layer);
            await().until(() -> layers.of("one").isPresent());

            Files.write(layer.resolve("file"), new byte[5000]);

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> layers.of("one").orElseThrow().usedBytes() == 5000);
        }
    }

    @Test
    void one_that_is_forgotten_counts_no_more() throws IOException {
        Path layer = Files.createDirectory(directory.resolve("layer"));
        Files.write(layer.resolve("file"), new byte[5000]);
        try (WritableLayers layers = new WritableLayers(directory, Clock.systemUTC())) {
            layers.add("one", layer);
            await().until(() -> layers.of("one").isPresent());

            layers.forget("one");

            assertThat(layers.of("one")).isEmpty();
            assertThat(layers.all().usedBytes()).isZero();
        }
    }
}
