package io.davit.conformance.suite.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KnownLimitsTest {
    private static final Subject LONG_LINE =
            new Subject("Container logs", "a long line comes in parts", "says", List.of("StartContainer"));

    @TempDir
    private Path directory;

    @Test
    void an_entry_has_pattern_reason_and_link() throws IOException {
        KnownLimits limits =
                read("# what the engine cannot do\n\n^Container logs: a (long|short) | no lines | https://a.b\n");

        assertThat(limits.of(LONG_LINE)).map(KnownLimits.Limit::text).contains("no lines (https://a.b)");
    }

    @Test
    void what_no_entry_is_about_is_run() throws IOException {
        assertThat(read("short line | no lines | https://a.b\n").of(LONG_LINE)).isEmpty();
        assertThat(KnownLimits.NONE.of(LONG_LINE)).isEmpty();
    }

    @Test
    void an_entry_without_reason_or_link_is_refused_with_its_place() {
        for (String line : List.of("long line", "long line | it fails", "long line |  | https://a.b")) {
            assertThatThrownBy(() -> read("# first\n" + line))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("engine.skip:2");
        }
    }

    @Test
    void a_pattern_that_is_none_is_refused_with_its_place() {
        assertThatThrownBy(() -> read("(long | it fails | https://a.b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("engine.skip:1");
    }

    private KnownLimits read(String text) throws IOException {
        return KnownLimits.read(Files.writeString(directory.resolve("engine.skip"), text));
    }
}
