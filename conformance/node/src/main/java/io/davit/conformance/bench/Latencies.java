package io.davit.conformance.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** How long each kind of step took, and what else was counted. Thread-safe. */
final class Latencies {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Map<String, List<Long>> nanosByStep = new LinkedHashMap<>();
    private final List<String> counts = new ArrayList<>();

    <T> T time(String step, Supplier<T> work) {
        long begin = System.nanoTime();
        T result = work.get();
        note(step, System.nanoTime() - begin);
        return result;
    }

    private synchronized void note(String step, long nanos) {
        nanosByStep.computeIfAbsent(step, _ -> new ArrayList<>()).add(nanos);
    }

    /** Something that is no time, seen once. */
    synchronized void count(String name, long value) {
        counts.add("%s\t1\t%d".formatted(name, value));
    }

    /**
     * One line a step: name, count, median, 95th percentile and the largest, in milliseconds, tab-separated; then one for
     * each count, with its value as the median.
     */
    synchronized List<String> lines() {
        Stream<String> times = nanosByStep.entrySet().stream()
                .map(entry ->
                        line(entry.getKey(), entry.getValue().stream().sorted().toList()));
        return Stream.concat(times, counts.stream()).toList();
    }

    private static String line(String step, List<Long> sorted) {
        return "%s\t%d\t%.1f\t%.1f\t%.1f"
                .formatted(step, sorted.size(), at(sorted, 0.5), at(sorted, 0.95), at(sorted, 1));
    }

    private static double at(List<Long> sorted, double quantile) {
        int index = (int) Math.min(sorted.size() - 1L, Math.round(quantile * (sorted.size() - 1)));
        return sorted.get(index) / NANOS_PER_MILLI;
    }
}
