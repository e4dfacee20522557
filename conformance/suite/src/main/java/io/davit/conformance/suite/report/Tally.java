package io.davit.conformance.suite.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How many tests of a group passed, failed, were skipped. */
record Tally(long passed, long failed, long skipped) {
    static Tally of(List<Outcome> outcomes) {
        return new Tally(
                count(outcomes, Result.PASSED), count(outcomes, Result.FAILED), count(outcomes, Result.SKIPPED));
    }

    private static long count(List<Outcome> outcomes, Result result) {
        return outcomes.stream().filter(outcome -> outcome.result() == result).count();
    }

    long of(Result result) {
        return switch (result) {
            case PASSED -> passed;
            case FAILED -> failed;
            case SKIPPED -> skipped;
        };
    }

    long all() {
        return passed + failed + skipped;
    }

    /** The worst there is: what a cell is coloured by. */
    Result verdict() {
        if (failed > 0) return Result.FAILED;
        return passed > 0 ? Result.PASSED : Result.SKIPPED;
    }

    /** Numbers with their glyphs; none for what did not occur. */
    String spans() {
        return Stream.of(Result.values())
                .filter(result -> of(result) > 0)
                .map(result -> "<span class=\"%s\" title=\"%s\">%d %s</span>"
                        .formatted(Html.resultClass(result), Html.word(result), of(result), Html.glyph(result)))
                .collect(Collectors.joining());
    }
}
