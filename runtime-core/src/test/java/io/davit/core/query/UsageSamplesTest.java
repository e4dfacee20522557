package io.davit.core.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.CpuUsage;
import io.davit.core.domain.ResourceUsage;
import io.davit.core.spi.Usage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class UsageSamplesTest {
    private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

    private Instant now = START;
    private final AtomicInteger asked = new AtomicInteger();
    private final UsageSamples<String, Usage.OfContainer> samples = new UsageSamples<>(new HandClock());

    private final class HandClock extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void the_first_sample_has_no_rate() throws Exception {
        take(usage(now, Duration.ofSeconds(5)));

        assertThat(rate()).isEmpty();
    }

    @Test
    void a_rate_is_processor_time_over_time() throws Exception {
        take(usage(now, Duration.ofSeconds(5)));
        now = now.plusSeconds(10);
        take(usage(now, Duration.ofSeconds(25)));

        assertThat(rate()).hasValue(2_000_000_000L);
    }

    @Test
    void the_rate_is_over_the_times_of_the_samples_not_of_the_questions() throws Exception {
        take(usage(START, Duration.ZERO));
        now = now.plusSeconds(10);
        take(usage(START.plusSeconds(1), Duration.ofMillis(500)));

        assertThat(rate()).hasValue(500_000_000L);
    }

    @Test
    void the_same_sample_again_keeps_its_rate() throws Exception {
        take(usage(START, Duration.ZERO));
        now = now.plusSeconds(1);
        take(usage(now, Duration.ofSeconds(1)));
        Instant sampled = now;
        now = now.plusSeconds(1);
        take(usage(sampled, Duration.ofSeconds(1)));

        assertThat(rate()).hasValue(1_000_000_000L);
    }

    @Test
    void a_counter_or_a_clock_that_ran_backwards_gives_no_rate() throws Exception {
        take(usage(now, Duration.ofSeconds(5)));
        now = now.plusSeconds(1);
        take(usage(now, Duration.ofSeconds(4)));
        assertThat(rate()).isEmpty();

        now = now.minusSeconds(60);
        take(usage(now, Duration.ofSeconds(6)));
        assertThat(rate()).isEmpty();
    }

    @Test
    void a_fresh_sample_is_not_taken_again() throws Exception {
        take(usage(now, Duration.ZERO));
        now = now.plusMillis(499);
        take(usage(now, Duration.ZERO));
        assertThat(asked).hasValue(1);

        now = now.plusMillis(1);
        take(usage(now, Duration.ZERO));
        assertThat(asked).hasValue(2);
    }

    @Test
    void a_failure_leaves_the_last_sample_as_it_was() throws Exception {
        take(usage(now, Duration.ofSeconds(5)));
        Optional<Measured<Usage.OfContainer>> before = samples.last("a");
        now = now.plusSeconds(10);
        take(() -> {
            throw new IllegalStateException("the engine is broken");
        });

        assertThat(asked).hasValue(2);
        assertThat(samples.last("a")).isEqualTo(before);
    }

    @Test
    void an_engine_that_was_never_heard_has_not_answered() throws Exception {
        take(() -> {
            throw new IllegalStateException("the engine is broken");
        });
        assertThat(samples.answered("a")).isFalse();

        take(Optional::empty);
        assertThat(samples.answered("a")).isTrue();
        assertThat(samples.last("a")).isEmpty();
    }

    @Test
    void an_engine_that_hangs_is_asked_once() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Supplier<Optional<Usage.OfContainer>> hanging = () -> {
            asked.incrementAndGet();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return Optional.empty();
        };

        Future<?> first = samples.refresh("a", hanging).orElseThrow();
        Future<?> second = samples.refresh("a", hanging).orElseThrow();
        goOn.countDown();
        first.get();

        assertThat(second).isSameAs(first);
        assertThat(asked).hasValue(1);
    }

    @Test
    void what_is_gone_is_forgotten() throws Exception {
        take(usage(now, Duration.ZERO));

        samples.retain(Set.of("b"));

        assertThat(samples.answered("a")).isFalse();
    }

    private void take(Supplier<Optional<Usage.OfContainer>> engine) throws Exception {
        Optional<Future<?>> taking = samples.refresh("a", () -> {
            asked.incrementAndGet();
            return engine.get();
        });
        if (taking.isPresent()) taking.get().get();
    }

    private OptionalLong rate() {
        return samples.last("a").orElseThrow().nanoCores();
    }

    private static Supplier<Optional<Usage.OfContainer>> usage(Instant at, Duration used) {
        ResourceUsage resources = new ResourceUsage(
                at,
                Optional.of(new CpuUsage(at, used, Optional.empty())),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
        return () -> Optional.of(new Usage.OfContainer(resources, Optional.empty()));
    }
}
