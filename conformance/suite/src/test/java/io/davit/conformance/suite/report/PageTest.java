package io.davit.conformance.suite.report;

import static io.davit.conformance.suite.report.Examples.outcome;
import static io.davit.conformance.suite.report.Examples.report;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PageTest {
    @Test
    void it_needs_nothing_from_anywhere() throws IOException {
        String page = Page.html(List.of(report("one", outcome("a test", Result.PASSED, ""))));
        assertThat(page).doesNotContain("http:", "https:", "<script", "<link", "src=", "@import", "url(");
    }

    @Test
    void what_servers_say_cannot_become_markup() throws IOException {
        Outcome evil = outcome("<b>test</b>", Result.FAILED, "</pre><script>alert(\"1\")</script>");
        String page = Page.html(List.of(report("<i>name</i>", evil)));
        assertThat(page)
                .doesNotContain("<script", "<i>name", "<b>test")
                .contains("&lt;/pre&gt;&lt;script&gt;alert(&quot;1&quot;)");
    }

    @Test
    void every_endpoint_has_a_column_and_a_test_one_side_did_not_run_says_so() throws IOException {
        Report one = report("first", outcome("shared", Result.PASSED, ""), outcome("alone", Result.PASSED, ""));
        Report two = report("second", outcome("shared", Result.SKIPPED, "not there: RunPodSandbox"));
        String page = Page.html(List.of(one, two));
        assertThat(page).containsSubsequence("<th class=\"mark\">first</th>", "<th class=\"mark\">second</th>");
        assertThat(page).contains("not run", "not there: RunPodSandbox");
    }

    @Test
    void a_test_that_passed_everywhere_does_not_stand_under_not_passed() {
        Report one = report("first", outcome("good", Result.PASSED, ""), outcome("bad", Result.PASSED, ""));
        Report two = report("second", outcome("good", Result.PASSED, ""), outcome("bad", Result.FAILED, "because"));
        String open = new TestTables(List.of(one, two)).notPassed();
        assertThat(open).contains("bad", "because").doesNotContain("good");
        assertThat(new TestTables(List.of(one)).notPassed()).isEmpty();
    }

    @Test
    void an_RPC_that_only_answered_UNIMPLEMENTED_is_not_there() {
        String table = new Matrix(List.of(report("one", outcome("a", Result.PASSED, "")))).byRpc();
        assertThat(table).containsPattern("StreamImages</code>[^\\n]*not there");
        assertThat(table).containsPattern("RunPodSandbox</code>[^\\n]*1 ✓");
        assertThat(table).containsPattern("PullImage</code>[^\\n]*no test");
    }

    @Test
    void the_numbers_of_the_plot_stand_in_a_table_and_what_was_not_measured_is_empty() {
        String table = LatencyTable.html(List.of(report("one")));
        assertThat(table)
                .containsPattern("RunPodSandbox</code></th><td class=\"group\">3</td><td>121</td><td>180</td>")
                .doesNotContain("StreamImages");
    }

    @Test
    void the_plot_has_a_line_for_each_endpoint_that_was_measured() {
        String svg = new LatencyPlot(List.of(report("one"), report("two"))).svg();
        assertThat(svg.split("class=\"range\"", -1)).hasSize(3);
        assertThat(svg).contains("one RunPodSandbox: p50 120.5 ms").doesNotContain("StreamImages", "NaN");
    }
}
