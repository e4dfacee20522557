package io.davit.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.Digest;
import io.davit.core.spi.LayerProgress;
import io.davit.core.spi.LayerProgress.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PullViewTest {
    private final StringWriter out = new StringWriter();

    private PullView view(boolean terminal) {
        return new PullView(new PrintWriter(out), terminal);
    }

    private static LayerProgress layer(String digit, Step step, long fetched) {
        return new LayerProgress(new Digest("sha256", digit.repeat(64)), step, fetched, 3_000_000);
    }

    @Test
    void a_terminal_gets_a_bar_for_each_layer_that_is_drawn_over() {
        PullView view = view(true);

        view.show(List.of(layer("a", Step.FETCHING, 1_500_000), layer("b", Step.WAITING, 0)));
        view.show(List.of(layer("a", Step.DONE, 3_000_000), layer("b", Step.FETCHING, 3_000)));

        assertThat(out.toString())
                .contains("aaaaaaaaaaaa [" + "=".repeat(10) + " ".repeat(10) + "]    1.5 MB of    3.0 MB")
                .contains("\033[2A")
                .contains("aaaaaaaaaaaa [" + "=".repeat(20) + "]    3.0 MB of    3.0 MB  done");
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
    }

    /** The cursor cannot go back to what has left the screen. */
    @Test
    void more_layers_than_a_terminal_has_lines_are_counted() {
        PullView view = view(true);
        List<LayerProgress> layers = new ArrayList<>();
        for (int i = 0; i < 100; i++) layers.add(layer("a", i < 30 ? Step.DONE : Step.WAITING, 0));

        view.show(layers);
        view.show(layers);

        assertThat(out.toString().lines()).hasSize(40).contains("30 of 100 layers are done");
        assertThat(out.toString()).contains("\033[20A");
    }

    @Test
    void anything_else_gets_a_line_for_each_step() {
        PullView view = view(false);

        view.show(List.of(layer("a", Step.FETCHING, 1)));
        view.show(List.of(layer("a", Step.FETCHING, 2)));
        view.show(List.of());
        view.show(List.of(layer("a", Step.DONE, 3_000_000)));

        assertThat(out.toString().lines())
                .containsExactly("aaaaaaaaaaaa is fetched and unpacked, 3.0 MB", "aaaaaaaaaaaa is done, 3.0 MB");
    }
}
