package io.davit.backend.oci.registry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How patiently registries are asked.
 *
 * @param attemptsMax without progress in between
 * @param firstDelay doubled after each attempt, up to {@code delayMax}
 * @param delayMax also the most that a registry's Retry-After is obeyed
 * @param connectTimeout for a connection
 * @param stallTimeout without any byte: for the answer to begin, and between two parts of it
 */
public record RetryPolicy(
        int attemptsMax, Duration firstDelay, Duration delayMax, Duration connectTimeout, Duration stallTimeout) {
    public static final RetryPolicy STANDARD = new RetryPolicy(
            5, Duration.ofMillis(250), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(60));

    /** Half of the delay is random, so that the nodes of a cluster do not come back in step. */
    Duration delay(int attempt, Duration asked, RandomGenerator random) {
        long doubled = firstDelay.toMillis() << Math.min(attempt - 1, 16);
        long planned = Math.min(doubled, delayMax.toMillis());
        long jittered = planned / 2 + random.nextLong(planned / 2 + 1);
        return Duration.ofMillis(Math.min(Math.max(jittered, asked.toMillis()), delayMax.toMillis()));
    }
}
