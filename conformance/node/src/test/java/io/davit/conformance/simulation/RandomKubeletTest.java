package io.davit.conformance.simulation;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RandomKubeletTest {
    private static final int SHORT_LIFE_STEPS = 40;
    private static final int LONG_LIFE_STEPS = 300;
    private static final int LONG_LIVES = 50;

    @TempDir
    private Path directory;

    /** A seed that once found a mistake stays here. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @Timeout(120)
    void a_short_life_ends_without_a_trace(long seed) throws IOException {
        new RandomKubelet(seed, directory).live(SHORT_LIFE_STEPS);
    }

    @Tag("slow")
    @Test
    void long_lives_end_without_a_trace() throws IOException {
        for (long seed = 100; seed < 100 + LONG_LIVES; seed++) {
            new RandomKubelet(seed, directory.resolve("seed-" + seed)).live(LONG_LIFE_STEPS);
        }
    }
}
