package io.davit.backend.oci.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProcessStatTest {
    @Test
    void a_command_may_hold_anything() {
        ProcessStat stat =
                ProcessStat.parse("42 (a) R (b) S 1 40 39 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 987654 1 2 3\n");

        assertThat(stat).isEqualTo(new ProcessStat('S', 1, 40, 39, 987654));
        assertThat(stat.alive()).isTrue();
    }

    @Test
    void a_zombie_does_not_live() {
        assertThat(ProcessStat.parse("42 (x) Z 1 40 40 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 5 1 2 3\n")
                        .alive())
                .isFalse();
    }

    @Test
    void this_process_lives_and_a_number_too_high_does_not() {
        assertThat(ProcessIdentity.of(ProcessHandle.current().pid())
                        .orElseThrow()
                        .alive())
                .isTrue();
        assertThat(ProcessIdentity.of(5_000_000)).isEmpty();
    }
}
