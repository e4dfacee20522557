package io.davit.conformance.suite.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Every test with its sentence, and how it went on each endpoint. */
final class TestTables {
    private final List<Report> reports;
    private final List<Map<String, Outcome>> byKey;

    TestTables(List<Report> reports) {
        this.reports = reports;
        this.byKey = reports.stream().map(TestTables::byKey).toList();
    }

    private static Map<String, Outcome> byKey(Report report) {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        report.tests().forEach(test -> outcomes.put(test.key(), test));
        return outcomes;
    }

    /** The tests that did not pass on every endpoint; "" if there are none. */
    String notPassed() {
        List<Outcome> rows = union().values().stream()
                .filter(test -> byKey.stream().anyMatch(outcomes -> !passed(outcomes, test)))
                .toList();
        return rows.isEmpty() ? "" : table(rows, true);
    }

    /** A section that can be folded for each feature. */
    String byFeature() {
        Map<String, List<Outcome>> groups = new TreeMap<>();
        union().values()
                .forEach(test -> groups.computeIfAbsent(test.feature(), _ -> new ArrayList<>())
                        .add(test));
        StringBuilder html = new StringBuilder();
        groups.forEach((feature, tests) -> html.append(section(feature, tests)));
        return html.toString();
    }

    private String section(String feature, List<Outcome> tests) {
        StringBuilder counts = new StringBuilder();
        reports.forEach(report -> counts.append(Tally.of(report.tests().stream()
                        .filter(test -> test.feature().equals(feature))
                        .toList())
                .spans()));
        return "<details id=\"%s\"><summary>%s<span class=\"counts\">%s</span></summary>\n%s</details>\n"
                .formatted(
                        Html.slug(feature), Html.text(feature), reports.size() == 1 ? counts : "", table(tests, false));
    }

    private Map<String, Outcome> union() {
        Map<String, Outcome> all = new TreeMap<>();
        byKey.forEach(outcomes -> outcomes.forEach(all::putIfAbsent));
        return all;
    }

    private String table(List<Outcome> tests, boolean withFeature) {
        StringBuilder rows = new StringBuilder();
        tests.forEach(test -> rows.append(rows(test, withFeature)));
        return """
                <table><thead><tr><th>Test</th><th class="says">The contract says</th>%s</tr></thead><tbody>
                %s</tbody></table>
                """.formatted(Matrix.heads(reports), rows);
    }

    private String rows(Outcome test, boolean withFeature) {
        StringBuilder cells = new StringBuilder();
        StringBuilder details = new StringBuilder();
        for (int i = 0; i < reports.size(); i++) {
            Optional<Outcome> outcome = Optional.ofNullable(byKey.get(i).get(test.key()));
            cells.append(outcome.map(TestTables::cell).orElse("<td class=\"mark skip\">not run</td>"));
            String name = reports.get(i).name();
            outcome.filter(it -> !it.detail().isEmpty())
                    .ifPresent(it -> details.append("<pre><b>%s</b> %s\n%s</pre>"
                            .formatted(Html.text(name), Html.word(it.result()), Html.text(it.detail()))));
        }
        String feature = withFeature ? "<small>" + Html.text(test.feature()) + "</small><br>" : "";
        String row = "<tr><td class=\"test\">%s%s<br><small>%s</small></td><td class=\"says\">%s</td>%s</tr>\n"
                .formatted(
                        feature, Html.text(test.test()), String.join(", ", test.rpcs()), Html.text(test.says()), cells);
        if (details.isEmpty()) return row;
        return row + "<tr class=\"detail\"><td colspan=\"%d\">%s</td></tr>\n".formatted(2 + reports.size(), details);
    }

    private static String cell(Outcome outcome) {
        return "<td class=\"mark %s\">%s %s</td>"
                .formatted(
                        Html.resultClass(outcome.result()), Html.glyph(outcome.result()), Html.word(outcome.result()));
    }

    private static boolean passed(Map<String, Outcome> outcomes, Outcome test) {
        return Optional.ofNullable(outcomes.get(test.key()))
                .filter(outcome -> outcome.result() == Result.PASSED)
                .isPresent();
    }
}
