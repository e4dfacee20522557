package io.davit.conformance.suite.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The report as one HTML page that needs nothing else: no script, no network. */
public final class Page {
    private Page() {}

    /** @param reports one column each, the first one first */
    public static String html(List<Report> reports) throws IOException {
        TestTables tables = new TestTables(reports);
        Matrix matrix = new Matrix(reports);
        String notPassed = tables.notPassed();
        return """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>CRI conformance: %s</title>
                <style>
                %s</style></head><body>
                <h1>CRI conformance</h1>
                <nav><a href="#features">Features</a><a href="#rpcs">RPCs</a><a href="#latency">Latency</a>\
                <a href="#open">Not passed</a><a href="#tests">All tests</a></nav>
                %s
                <h2 id="features">By feature</h2>
                %s
                <h2 id="rpcs">By RPC</h2>
                <p class="faint">A test counts for each RPC that its sentence binds. “Not there”: the server answered
                UNIMPLEMENTED whenever it was asked.</p>
                %s
                <h2 id="latency">Latency</h2>
                <p class="faint">Calls that went well, as the suite made them, several tests at a time. What a test asks
                for is part of it: StopContainer waits for grace periods, ExecSync for its command. Compare endpoints of
                one machine only.</p>
                %s%s
                <h2 id="open">Not passed</h2>
                %s
                <h2 id="tests">All tests</h2>
                %s
                </body></html>
                """.formatted(
                Html.text(String.join(", ", reports.stream().map(Report::name).toList())),
                css(),
                Cards.html(reports),
                matrix.byFeature(),
                matrix.byRpc(),
                new LatencyPlot(reports).svg(),
                LatencyTable.html(reports),
                notPassed.isEmpty() ? "<p>All tests passed on every endpoint.</p>" : notPassed,
                tables.byFeature());
    }

    private static String css() throws IOException {
        try (InputStream file = Objects.requireNonNull(Page.class.getResourceAsStream("page.css"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
