package io.davit.conformance.suite.report;

import io.davit.conformance.suite.contract.Rpcs;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Percentiles of each RPC on a logarithmic axis, one line for each endpoint. */
final class LatencyPlot {
    private static final int WIDTH = 1000;
    private static final int LABELS = 190;
    private static final int RIGHT = 30;
    private static final int TOP = 46;
    private static final int BOTTOM = 26;
    private static final int LINE = 13;
    private static final int GAP = 9;
    private static final double AXIS_MILLIS_MIN = 0.1;

    private final List<Report> reports;
    private final List<String> rpcs;
    private final double axisMax;

    LatencyPlot(List<Report> reports) {
        this.reports = reports;
        this.rpcs = Rpcs.all().stream()
                .filter(rpc ->
                        reports.stream().anyMatch(report -> latency(report, rpc).isPresent()))
                .toList();
        double largest = reports.stream()
                .flatMap(report -> report.latencies().stream())
                .mapToDouble(Latency::p99Millis)
                .max()
                .orElse(1);
        this.axisMax = Math.pow(10, Math.max(1, Math.ceil(Math.log10(Math.max(largest, 1)))));
    }

    String svg() {
        int rowHeight = LINE * reports.size() + GAP;
        int height = TOP + rowHeight * rpcs.size() + BOTTOM;
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
                .formatted(WIDTH, height, "Latency percentiles of each RPC, in milliseconds"));
        svg.append(legend());
        for (int i = 0; i < rpcs.size(); i += 2) {
            svg.append("<rect class=\"stripe\" x=\"0\" width=\"%d\" y=\"%d\" height=\"%d\"/>\n"
                    .formatted(WIDTH, TOP + i * rowHeight - GAP / 2, rowHeight));
        }
        svg.append(axis(height));
        for (int i = 0; i < rpcs.size(); i++) svg.append(row(rpcs.get(i), TOP + i * rowHeight, rowHeight));
        return svg.append("</svg>\n").toString();
    }

    private String legend() {
        StringBuilder legend = new StringBuilder();
        int x = LABELS;
        for (int i = 0; i < reports.size(); i++) {
            String name = reports.get(i).name();
            legend.append("<g class=\"%s\"><circle class=\"dot\" cx=\"%d\" cy=\"12\" r=\"5\"/></g>"
                    .formatted(Html.seriesClass(i), x + 5));
            legend.append("<text x=\"%d\" y=\"16\">%s</text>\n".formatted(x + 16, Html.text(name)));
            x += 40 + 7 * name.length();
        }
        return legend.append(
                        "<text class=\"faint\" x=\"%d\" y=\"16\" text-anchor=\"end\">dot p50, bar p90, end p99</text>\n"
                                .formatted(WIDTH - RIGHT))
                .toString();
    }

    private String axis(int height) {
        StringBuilder axis = new StringBuilder();
        for (double millis = AXIS_MILLIS_MIN; millis <= axisMax * 1.001; millis *= 10) {
            double x = x(millis);
            axis.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    x,
                    x,
                    TOP - 8,
                    height - BOTTOM));
            for (int y : new int[] {TOP - 13, height - 8}) {
                axis.append(String.format(
                        Locale.ROOT,
                        "<text class=\"faint\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                        x,
                        y,
                        label(millis)));
            }
        }
        return axis.toString();
    }

    private String row(String rpc, int top, int height) {
        StringBuilder row = new StringBuilder("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n"
                .formatted(LABELS - 12, top + (height - GAP) / 2 + 4, rpc));
        for (int i = 0; i < reports.size(); i++) {
            int y = top + LINE * i + LINE / 2;
            int endpoint = i;
            latency(reports.get(i), rpc).ifPresent(latency -> row.append(line(latency, endpoint, y)));
        }
        return row.toString();
    }

    private String line(Latency latency, int endpoint, int y) {
        String title = String.format(
                Locale.ROOT,
                "%s %s: p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, max %.1f ms, %d calls",
                reports.get(endpoint).name(),
                latency.rpc(),
                latency.p50Millis(),
                latency.p90Millis(),
                latency.p99Millis(),
                latency.maxMillis(),
                latency.calls());
        double p50 = x(latency.p50Millis());
        double p90 = x(latency.p90Millis());
        double p99 = x(latency.p99Millis());
        return String.format(
                        Locale.ROOT, "<g class=\"%s\"><title>%s</title>", Html.seriesClass(endpoint), Html.text(title))
                + String.format(
                        Locale.ROOT,
                        "<line class=\"range\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                        p50,
                        p99,
                        y,
                        y)
                + String.format(
                        Locale.ROOT,
                        "<line class=\"tick\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                        p90,
                        p90,
                        y - 4,
                        y + 4)
                + String.format(Locale.ROOT, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%d\" r=\"4\"/></g>\n", p50, y);
    }

    private double x(double millis) {
        double share =
                Math.log10(Math.max(millis, AXIS_MILLIS_MIN) / AXIS_MILLIS_MIN) / Math.log10(axisMax / AXIS_MILLIS_MIN);
        return LABELS + share * (WIDTH - LABELS - RIGHT);
    }

    private static String label(double millis) {
        if (millis >= 1000) return String.format(Locale.ROOT, "%.0f s", millis / 1000);
        return millis < 1
                ? String.format(Locale.ROOT, "%.1f ms", millis)
                : String.format(Locale.ROOT, "%.0f ms", millis);
    }

    private static Optional<Latency> latency(Report report, String rpc) {
        return report.latencies().stream()
                .filter(latency -> latency.rpc().equals(rpc) && latency.calls() > 0)
                .findFirst();
    }
}
