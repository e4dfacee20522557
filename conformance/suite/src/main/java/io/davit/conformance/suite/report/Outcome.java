package io.davit.conformance.suite.report;

import java.util.List;

/**
 * How one test went.
 *
 * @param says the sentence of the contract
 * @param detail why it failed or was skipped; "" if it passed
 */
public record Outcome(
        String feature, String test, String says, List<String> rpcs, Result result, String detail, long millis) {
    public Outcome {
        rpcs = List.copyOf(rpcs);
    }

    /** The same for the same test in every report. */
    String key() {
        return feature + ": " + test;
    }
}
