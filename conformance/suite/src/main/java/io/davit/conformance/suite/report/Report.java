package io.davit.conformance.suite.report;

import java.util.List;
import java.util.Map;

/**
 * A run of the suite against one endpoint.
 *
 * @param form the version of this form
 * @param name what the endpoint is called in tables
 * @param facts what the server and its host are, by a title
 * @param startedAt RFC 3339, UTC
 */
public record Report(
        int form,
        String name,
        Map<String, String> facts,
        String startedAt,
        long millis,
        List<Outcome> tests,
        List<Latency> latencies) {
    public static final int FORM = 1;

    public Report {
        tests = List.copyOf(tests);
        latencies = List.copyOf(latencies);
    }

    public long count(Result result) {
        return tests.stream().filter(test -> test.result() == result).count();
    }
}
