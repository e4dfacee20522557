package io.davit.conformance.suite.report;

/** How a test ended. */
public enum Result {
    PASSED,
    FAILED,
    SKIPPED
}
