package io.davit.conformance.suite.report;

import java.util.List;
import java.util.Map;

/** Small reports for tests. */
final class Examples {
    private Examples() {}

    static Outcome outcome(String test, Result result, String detail) {
        return new Outcome("Feature <one>", test, "It says so & more.", List.of("RunPodSandbox"), result, detail, 12);
    }

    static Report report(String name, Outcome... outcomes) {
        Latency latency = new Latency("RunPodSandbox", 3, 120.5, 180, 200, 200, Map.of("OK", 3, "UNKNOWN", 1));
        Latency absent = new Latency("StreamImages", 0, 0, 0, 0, 0, Map.of("UNIMPLEMENTED", 2));
        return new Report(
                Report.FORM,
                name,
                Map.of("server", name + " 1.0"),
                "2026-01-01T00:00:00Z",
                61_000,
                List.of(outcomes),
                List.of(latency, absent));
    }
}
