package io.davit.core.domain;

import java.time.Duration;

/** How long a container may take to end by itself before it is killed; zero kills at once. */
public record GracePeriod(Duration duration) implements Comparable<GracePeriod> {
    public static final GracePeriod NONE = new GracePeriod(Duration.ZERO);

    public GracePeriod {
        if (duration.isNegative()) throw Fault.invalid("timeout", "negative: " + duration.toSeconds() + " s");
    }

    public static GracePeriod ofSeconds(long seconds) {
        return new GracePeriod(Duration.ofSeconds(seconds));
    }

    public boolean isNone() {
        return duration.isZero();
    }

    @Override
    public int compareTo(GracePeriod other) {
        return duration.compareTo(other.duration);
    }
}
