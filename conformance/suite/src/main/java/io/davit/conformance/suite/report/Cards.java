package io.davit.conformance.suite.report;

import java.util.List;
import java.util.TreeMap;

/** One card for each endpoint: totals, and what the server is. */
final class Cards {
    private Cards() {}

    static String html(List<Report> reports) {
        StringBuilder html = new StringBuilder("<div class=\"cards\">\n");
        for (int i = 0; i < reports.size(); i++) html.append(card(i, reports.get(i)));
        return html.append("</div>\n").toString();
    }

    private static String card(int endpoint, Report report) {
        Tally tally = Tally.of(report.tests());
        StringBuilder facts = new StringBuilder();
        new TreeMap<>(report.facts())
                .forEach((title, value) ->
                        facts.append("<dt>%s</dt><dd>%s</dd>\n".formatted(Html.text(title), Html.text(value))));
        return """
                <section class="card %s"><h3>%s</h3>
                <div class="counts"><span class="pass"><b>%d</b>passed</span><span class="fail"><b>%d</b>failed</span>\
                <span class="skip"><b>%d</b>skipped</span></div>
                <div class="bar">%s%s%s</div>
                <dl><dt>run</dt><dd>%s, %d s</dd>
                %s</dl></section>
                """.formatted(
                        Html.seriesClass(endpoint),
                        Html.text(report.name()),
                        tally.passed(),
                        tally.failed(),
                        tally.skipped(),
                        part("pass", tally.passed()),
                        part("fail", tally.failed()),
                        part("skip", tally.skipped()),
                        Html.text(report.startedAt()),
                        report.millis() / 1000,
                        facts);
    }

    private static String part(String result, long count) {
        return count == 0 ? "" : "<i class=\"%s\" style=\"flex:%d\"></i>".formatted(result, count);
    }
}
