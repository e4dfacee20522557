package io.davit.backend.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AnnotationFilterTest {
    @Test
    void only_what_is_named_passes_and_the_container_has_the_last_word() {
        AnnotationFilter filter = new AnnotationFilter(List.of("io.kata.*", "run.oci/one"));

        assertThat(filter.passed(
                        Map.of("io.kata.memory", "1", "run.oci/one", "pod", "run.oci/other", "x", "secret", "y"),
                        Map.of("run.oci/one", "container", "io.katakana", "no")))
                .containsExactlyInAnyOrderEntriesOf(Map.of("io.kata.memory", "1", "run.oci/one", "container"));
    }

    @Test
    void without_a_word_in_the_configuration_nothing_passes() {
        assertThat(new AnnotationFilter(List.of()).passed(Map.of("a", "1"), Map.of("b", "2")))
                .isEmpty();
    }
}
