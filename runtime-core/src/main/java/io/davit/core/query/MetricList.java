package io.davit.core.query;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Gathers the samples of one object. Used by one thread. */
final class MetricList {
    private final Instant sampledAt;
    private final List<String> base;
    private final List<MetricSample> samples = new ArrayList<>();

    /** @param base values of the labels that every family has */
    MetricList(Instant sampledAt, List<String> base) {
        this.sampledAt = sampledAt;
        this.base = base;
    }

    /** @param more values of the labels that this family has besides */
    void add(MetricFamily family, long value, String... more) {
        List<String> labels = Stream.concat(base.stream(), Stream.of(more)).toList();
        if (labels.size() != family.labels().size()) throw new AssertionError("labels of " + family + ": " + labels);
        samples.add(new MetricSample(family, sampledAt, labels, value));
    }

    void add(MetricFamily family, Duration value) {
        add(family, value.toSeconds());
    }

    List<MetricSample> samples() {
        return List.copyOf(samples);
    }
}
