package io.davit.conformance.suite.report;

import io.davit.conformance.suite.contract.Rpcs;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Tables with a row for each feature or RPC and a column for each endpoint. */
final class Matrix {
    private static final Set<String> NOT_THERE = Set.of("UNIMPLEMENTED");

    private final List<Report> reports;

    Matrix(List<Report> reports) {
        this.reports = reports;
    }

    String byFeature() {
        StringBuilder rows = new StringBuilder();
        reports.stream()
                .flatMap(report -> report.tests().stream())
                .map(Outcome::feature)
                .distinct()
                .sorted()
                .forEach(feature -> rows.append(row(
                        "<a href=\"#%s\">%s</a>".formatted(Html.slug(feature), Html.text(feature)),
                        Optional.empty(),
                        test -> test.feature().equals(feature))));
        return table("Feature", rows);
    }

    String byRpc() {
        StringBuilder rows = new StringBuilder();
        for (String rpc : Rpcs.all()) {
            rows.append(row(
                    "<code>" + rpc + "</code>" + (Rpcs.optional(rpc) ? " <small>optional</small>" : ""),
                    Optional.of(rpc),
                    test -> test.rpcs().contains(rpc)));
        }
        return table("RPC", rows);
    }

    private String table(String title, StringBuilder rows) {
        return "<table><thead><tr><th>%s</th>%s</tr></thead><tbody>\n%s</tbody></table>\n"
                .formatted(title, heads(reports), rows);
    }

    static String heads(List<Report> reports) {
        StringBuilder heads = new StringBuilder();
        reports.forEach(report -> heads.append("<th class=\"mark\">")
                .append(Html.text(report.name()))
                .append("</th>"));
        return heads.toString();
    }

    private String row(String title, Optional<String> rpc, Predicate<Outcome> belongs) {
        StringBuilder row = new StringBuilder("<tr><th>" + title + "</th>");
        reports.forEach(report -> row.append(cell(report, rpc, belongs)));
        return row.append("</tr>\n").toString();
    }

    private static String cell(Report report, Optional<String> rpc, Predicate<Outcome> belongs) {
        Tally tally = Tally.of(report.tests().stream().filter(belongs).toList());
        String note = rpc.filter(name -> notThere(report, name))
                .map(_ -> "<span>not there</span>")
                .orElse("");
        if (tally.all() == 0) return "<td class=\"mark skip\">" + (note.isEmpty() ? "no test" : note) + "</td>";
        return "<td class=\"mark %s\">%s%s</td>".formatted(Html.resultClass(tally.verdict()), tally.spans(), note);
    }

    /** It was called, and never answered with anything but UNIMPLEMENTED. */
    private static boolean notThere(Report report, String rpc) {
        return report.latencies().stream()
                .anyMatch(latency ->
                        latency.rpc().equals(rpc) && latency.codes().keySet().equals(NOT_THERE));
    }
}
