package io.davit.backend.oci.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.ContainerId;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class EndingsTest {
    private static final ContainerId ID = new ContainerId("a".repeat(64));

    private final Endings endings = new Endings();

    @Test
    void the_earliest_deadline_counts_for_all() {
        try (Endings.Stop patient = endings.begin(ID, Duration.ofHours(1));
                Endings.Stop urgent = endings.begin(ID, Duration.ofSeconds(1));
                Endings.Stop later = endings.begin(ID, Duration.ofHours(2))) {
            for (Endings.Stop stop : new Endings.Stop[] {patient, urgent, later}) {
                assertThat(stop.left()).isLessThanOrEqualTo(Duration.ofSeconds(1));
            }
        }
    }

    @Test
    void containers_do_not_hurry_each_other_and_a_stop_after_all_others_begins_anew() {
        try (Endings.Stop patient = endings.begin(ID, Duration.ofHours(1));
                Endings.Stop other = endings.begin(new ContainerId("b".repeat(64)), Duration.ZERO)) {
            assertThat(other.left()).isLessThanOrEqualTo(Duration.ZERO);
            assertThat(patient.left()).isGreaterThan(Duration.ofMinutes(59));
        }
        try (Endings.Stop again = endings.begin(ID, Duration.ofHours(2))) {
            assertThat(again.left()).isGreaterThan(Duration.ofMinutes(119));
        }
    }

    @Test
    void longer_than_a_clock_can_count_is_for_ever() {
        try (Endings.Stop stop = endings.begin(ID, Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThat(stop.left()).isGreaterThan(Duration.ofDays(300));
        }
    }

    @Test
    void a_change_between_looking_and_waiting_is_not_missed() throws InterruptedException {
        try (Endings.Stop stop = endings.begin(ID, Duration.ofHours(1))) {
            long seen = stop.changes();
            endings.signal();

            stop.await(seen, Duration.ofMinutes(1));

            assertThat(stop.changes()).isEqualTo(seen + 1);
        }
    }
}
