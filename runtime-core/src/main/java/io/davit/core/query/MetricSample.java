package io.davit.core.query;

import java.time.Instant;
import java.util.List;

/**
 * One value.
 *
 * @param labels as many as the family has names, in their order
 * @param value unsigned; times are whole seconds, as the protocol knows no fractions
 */
public record MetricSample(MetricFamily family, Instant sampledAt, List<String> labels, long value) {
    public MetricSample {
        labels = List.copyOf(labels);
    }
}
