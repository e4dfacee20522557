package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.conformance.registry.LoopbackRegistry;
import io.davit.conformance.registry.PublishedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of the daemon at many moments of pods' lives: the next daemon sees whatever is left, and removes it all. The
 * moments are the same in every run; {@code -Ddavit.crash.seed} gives others.
 */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class CrashTest {
    private static final int LIFE_MILLIS = 600;
    private static final long SEED = Long.getLong("davit.crash.seed", 1);

    @TempDir
    Path root;

    @RepeatedTest(12)
    void whatever_a_killed_daemon_leaves_is_seen_and_removed(RepetitionInfo repetition) throws Exception {
        killAndLook(repetition, daemon(), () -> TestEngine.withoutImages(root));
    }

    @RepeatedTest(12)
    void so_is_what_it_leaves_of_pods_with_user_namespaces_and_images_as_volumes(RepetitionInfo repetition)
            throws Exception {
        try (LoopbackRegistry registry = LoopbackRegistry.start()) {
            registry.publish("shell", "1", PublishedImage.busybox("shell", List.of("sh")));
            String image = registry.host() + "/shell:1";
            killAndLook(repetition, daemon(image), () -> TestEngine.withImage(root, image));
        }
    }

    private void killAndLook(RepetitionInfo repetition, Process daemon, Supplier<TestEngine> open) throws Exception {
        int millis = new Random(SEED * 1000 + repetition.getCurrentRepetition()).nextInt(LIFE_MILLIS);
        // The moment is the point of the test: nothing is waited for.
        Thread.sleep(Duration.ofMillis(millis));

        daemon.destroyForcibly().waitFor();

        try (TestEngine next = open.get()) {
            next.removeEverything();
            assertThat(next.backend().observer().sightings())
                    .as("killed after %d ms", millis)
                    .isEmpty();
            // A command that ran in a container ends with it, and its monitor just after.
            await().untilAsserted(() -> assertThat(next.leftovers())
                    .as("killed after %d ms", millis)
                    .isEmpty());
        }
    }

    private Process daemon(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingDaemon.class.getName(),
                root.toString()));
        words.addAll(List.of(arguments));
        Process process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        assertThat(output.readLine()).isEqualTo("begun");
        return process;
    }
}
