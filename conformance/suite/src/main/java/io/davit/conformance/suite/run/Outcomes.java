package io.davit.conformance.suite.run;

import io.davit.conformance.suite.report.Outcome;
import io.davit.conformance.suite.report.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Gathers how the tests went. Thread-safe. */
final class Outcomes implements TestExecutionListener {
    private static final int DETAIL_CHARS_MAX = 1600;
    private static final String TESTS = "Checks";

    private final Map<TestIdentifier, Long> begun = new ConcurrentHashMap<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Consumer<Outcome> ended;

    /** @param ended hears of each test when it is over; one call at a time */
    Outcomes(Consumer<Outcome> ended) {
        this.ended = ended;
    }

    /** By feature, then by test. */
    synchronized List<Outcome> all() {
        return outcomes.stream()
                .sorted(Comparator.comparing(Outcome::feature).thenComparing(Outcome::test))
                .toList();
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        begun.put(test, System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        Subject.of(test.getSource()).ifPresent(subject -> add(subject, Result.SKIPPED, reason, 0));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        long nanos = System.nanoTime() - Objects.requireNonNullElse(begun.get(test), System.nanoTime());
        Optional<Throwable> thrown = result.getThrowable();
        Optional<Subject> subject = Subject.of(test.getSource());
        if (subject.isEmpty()) {
            thrown.ifPresent(failure -> {
                throw new IllegalStateException(test.getDisplayName() + " could not run", failure);
            });
            return;
        }
        switch (result.getStatus()) {
            case SUCCESSFUL -> add(subject.get(), Result.PASSED, "", nanos);
            case ABORTED -> add(subject.get(), Result.SKIPPED, message(thrown.orElse(null)), nanos);
            case FAILED -> add(subject.get(), Result.FAILED, failure(thrown.orElse(null)), nanos);
        }
    }

    /** Of a test that was left out. */
    void skipped(Subject subject, String reason) {
        add(subject, Result.SKIPPED, reason, 0);
    }

    /** Lists of ten thousand lines that differ in one do not help a reader. */
    private static String cut(String text) {
        if (text.length() <= DETAIL_CHARS_MAX) return text;
        int half = DETAIL_CHARS_MAX / 2;
        return text.substring(0, half) + "\n[…]\n" + text.substring(text.length() - half);
    }

    private synchronized void add(Subject subject, Result result, String detail, long nanos) {
        Outcome outcome = new Outcome(
                subject.feature(),
                subject.test(),
                subject.says(),
                subject.rpcs(),
                result,
                cut(detail.strip()),
                nanos / 1_000_000);
        outcomes.add(outcome);
        ended.accept(outcome);
    }

    private static String message(@Nullable Throwable thrown) {
        if (thrown == null) return "";
        String text = Objects.requireNonNullElse(thrown.getMessage(), thrown.toString());
        return text.replaceFirst("^Assumption failed: ", "");
    }

    /** What happened, and where in the test: no more of the stack, which is JUnit's and gRPC's. */
    private static String failure(@Nullable Throwable thrown) {
        StringBuilder text = new StringBuilder();
        for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            boolean assertion = cause instanceof AssertionError;
            text.append(assertion ? message(cause).strip() : cause.toString()).append('\n');
            for (StackTraceElement frame : cause.getStackTrace()) {
                if (frame.getClassName().endsWith(TESTS)) {
                    text.append("  at ").append(frame).append('\n');
                    break;
                }
            }
        }
        return text.toString();
    }
}
