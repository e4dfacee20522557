package io.davit.conformance.suite.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FocusTest {
    @Test
    void without_patterns_everything_is_wanted() {
        assertThat(wants(List.of(), List.of())).isTrue();
    }

    @Test
    void one_pattern_that_is_found_is_enough() {
        assertThat(wants(List.of("Images", "^Container logs:"), List.of())).isTrue();
        assertThat(wants(List.of("Images"), List.of())).isFalse();
    }

    @Test
    void feature_test_and_RPCs_can_be_looked_for() {
        assertThat(wants(List.of("logs: a long line"), List.of())).isTrue();
        assertThat(wants(List.of("\\[StartContainer"), List.of())).isTrue();
        assertThat(wants(List.of("\\bReopenContainerLog\\b"), List.of())).isTrue();
    }

    @Test
    void skip_is_stronger_than_focus() {
        assertThat(wants(List.of("logs"), List.of("long"))).isFalse();
        assertThat(wants(List.of("logs"), List.of("short", "long"))).isFalse();
        assertThat(wants(List.of("logs"), List.of("short"))).isTrue();
    }

    private static boolean wants(List<String> focus, List<String> skip) {
        return new Focus(
                        focus.stream().map(Pattern::compile).toList(),
                        skip.stream().map(Pattern::compile).toList())
                .wants(new Subject(
                        "Container logs",
                        "a long line comes in parts",
                        "says",
                        List.of("StartContainer", "ReopenContainerLog")));
    }
}
