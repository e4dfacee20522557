package io.davit.backend.oci.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SyncReportTest {
    @Test
    void a_process_id_or_a_complaint() {
        assertThat(SyncReport.parse("{\"pid\": 1813}")).isEqualTo(new SyncReport(1813, ""));
        assertThat(SyncReport.parse("{\"pid\": -1, \"message\": \"no \\\"such\\\" file\\n\"}"))
                .isEqualTo(new SyncReport(-1, "no \"such\" file"));
    }

    @Test
    void commands_speak_of_data() {
        assertThat(SyncReport.parse("{\"data\": 3}")).isEqualTo(new SyncReport(3, ""));
        assertThat(SyncReport.parse("{\"data\": -1, \"message\": \"late\"}")).isEqualTo(new SyncReport(-1, "late"));
    }
}
