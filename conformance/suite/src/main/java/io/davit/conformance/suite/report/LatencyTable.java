package io.davit.conformance.suite.report;

import io.davit.conformance.suite.contract.Rpcs;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The numbers of the plot, to be read and copied; folded away until they are wanted. */
final class LatencyTable {
    private LatencyTable() {}

    static String html(List<Report> reports) {
        StringBuilder rows = new StringBuilder();
        for (String rpc : Rpcs.all()) {
            StringBuilder cells = new StringBuilder();
            reports.forEach(report -> cells.append(cells(of(report, rpc))));
            if (reports.stream().anyMatch(report -> of(report, rpc).isPresent())) {
                rows.append("<tr><th><code>%s</code></th>%s</tr>\n".formatted(rpc, cells));
            }
        }
        StringBuilder names = new StringBuilder();
        reports.forEach(report ->
                names.append("<th class=\"group\" colspan=\"5\">%s</th>".formatted(Html.text(report.name()))));
        String heads = "<th class=\"group\">calls</th><th>p50</th><th>p90</th><th>p99</th><th>max</th>";
        return """
                <details><summary>The numbers, in milliseconds</summary><div class="wide">
                <table class="numbers"><thead><tr><th></th>%s</tr><tr><th>RPC</th>%s</tr></thead><tbody>
                %s</tbody></table></div></details>
                """.formatted(names, heads.repeat(reports.size()), rows);
    }

    private static String cells(Optional<Latency> latency) {
        return latency.map(it -> "<td class=\"group\">%d</td>".formatted(it.calls())
                        + cell(it.p50Millis())
                        + cell(it.p90Millis())
                        + cell(it.p99Millis())
                        + cell(it.maxMillis()))
                .orElse("<td class=\"group\" colspan=\"5\"></td>");
    }

    private static String cell(double millis) {
        return "<td>" + String.format(Locale.ROOT, millis < 10 ? "%.1f" : "%.0f", millis) + "</td>";
    }

    private static Optional<Latency> of(Report report, String rpc) {
        return report.latencies().stream()
                .filter(latency -> latency.rpc().equals(rpc) && latency.calls() > 0)
                .findFirst();
    }
}
