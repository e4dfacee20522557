package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StreamTokensTest {
    private static final StreamRequest REQUEST = new StreamRequest.PortForward(HostStreams.SANDBOX, List.of());

    private final HandClock clock = new HandClock();
    private final StreamTokens tokens = new StreamTokens(clock, new SecureRandom(), Duration.ofMinutes(1));

    @Test
    void a_token_is_good_once() {
        String token = tokens.issue(REQUEST);
        assertThat(tokens.redeem(token)).contains(REQUEST);
        assertThat(tokens.redeem(token)).isEmpty();
    }

    @Test
    void a_token_nobody_issued_is_good_for_nothing() {
        tokens.issue(REQUEST);
        assertThat(tokens.redeem("")).isEmpty();
        assertThat(tokens.redeem("AAAAAAAAAAAAAAAAAAAAAA")).isEmpty();
    }

    @Test
    void a_token_ends_with_its_minute() {
        String early = tokens.issue(REQUEST);
        clock.advance(Duration.ofSeconds(59));
        String late = tokens.issue(REQUEST);
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.redeem(early)).isEmpty();
        assertThat(tokens.redeem(late)).contains(REQUEST);
    }

    @Test
    void tokens_differ_and_fit_into_a_URL() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < StreamTokens.OPEN_MAX; i++) {
            String token = tokens.issue(REQUEST);
            assertThat(token).matches("[A-Za-z0-9_-]{22}");
            assertThat(seen.add(token)).isTrue();
        }
    }

    @Test
    void too_many_open_tokens_are_refused_until_one_is_used_or_too_old() {
        String first = tokens.issue(REQUEST);
        for (int i = 1; i < StreamTokens.OPEN_MAX; i++) {
            tokens.issue(REQUEST);
        }
        assertThatThrownBy(() -> tokens.issue(REQUEST))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.Exhausted.class))
                .hasMessageContaining("1000 URLs")
                .hasMessageContaining("60 s");
        tokens.redeem(first);
        tokens.issue(REQUEST);
        assertThatThrownBy(() -> tokens.issue(REQUEST)).isInstanceOf(Fault.class);
        clock.advance(Duration.ofMinutes(1));
        assertThat(tokens.issue(REQUEST)).isNotEmpty();
    }

    /** Stands still until told otherwise. */
    private static final class HandClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void advance(Duration by) {
            now = now.plus(by);
        }

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
}
