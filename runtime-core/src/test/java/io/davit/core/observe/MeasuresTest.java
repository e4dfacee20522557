package io.davit.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.Fault;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MeasuresTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong clock = new AtomicLong();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Measures measures = new Measures(registry, clock::get);

    private List<String> lines() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        return text.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void what_can_happen_begins_at_zero() throws IOException {
        measures.expect("oci");

        assertThat(lines())
                .contains(
                        "davit_image_pulls_started_total{backend=\"oci\"} 0.0",
                        "davit_image_pulls_ended_total{backend=\"oci\",outcome=\"ok\"} 0.0",
                        "davit_image_pulls_in_progress{backend=\"oci\"} 0.0",
                        "davit_image_pull_duration_seconds_count{backend=\"oci\"} 0",
                        "davit_image_removals_total{backend=\"oci\"} 0.0");
    }

    @Test
    void a_pull_is_under_way_and_then_ended_with_its_duration() throws IOException {
        Meter.Pull pull = measures.pullBegins("oci");
        assertThat(lines()).contains("davit_image_pulls_in_progress{backend=\"oci\"} 1.0");

        clock.addAndGet(3 * SECOND);
        pull.ended(Optional.empty());

        assertThat(lines())
                .contains(
                        "davit_image_pulls_in_progress{backend=\"oci\"} 0.0",
                        "davit_image_pulls_ended_total{backend=\"oci\",outcome=\"ok\"} 1.0",
                        "davit_image_pull_duration_seconds_bucket{backend=\"oci\",le=\"2.5\"} 0",
                        "davit_image_pull_duration_seconds_bucket{backend=\"oci\",le=\"5.0\"} 1",
                        "davit_image_pull_duration_seconds_sum{backend=\"oci\"} 3.0");
    }

    @Test
    void a_failure_is_counted_by_its_kind_and_says_nothing_of_durations() throws IOException {
        Fault unavailable =
                new Fault(new Fault.Kind.KubeletReason(Fault.Reason.REGISTRY_UNAVAILABLE, "registry.example"));
        measures.pullBegins("oci").ended(Optional.of(unavailable));
        measures.pullBegins("oci").ended(Optional.of(new Fault(new Fault.Kind.Absent("secret-name"))));

        assertThat(lines())
                .contains(
                        "davit_image_pulls_ended_total{backend=\"oci\",outcome=\"registry_unavailable\"} 1.0",
                        "davit_image_pulls_ended_total{backend=\"oci\",outcome=\"absent\"} 1.0")
                .noneMatch(line -> line.contains("secret-name") || line.contains("registry.example"))
                .noneMatch(line -> line.startsWith("davit_image_pull_duration_seconds_count"));
    }

    @Test
    void a_call_ends_once_and_its_code_is_spelt_as_everywhere_else() throws IOException {
        Meter.Call call = measures.callBegins("runtime.v1.ImageService", "PullImage", false);
        clock.addAndGet(SECOND / 50);
        call.ended("NOT_FOUND");
        call.ended("CANCELLED");
        measures.callBegins("runtime.v1.RuntimeService", "GetContainerEvents", true)
                .ended("CANCELLED");

        String labels = "grpc_method=\"PullImage\",grpc_service=\"runtime.v1.ImageService\",grpc_type=\"unary\"";
        assertThat(lines())
                .contains("grpc_server_handling_seconds_bucket{" + labels + ",le=\"0.025\"} 1")
                .contains("grpc_server_handling_seconds_count{" + labels + "} 1")
                .anyMatch(line -> line.startsWith("grpc_server_handled_total{grpc_code=\"NotFound\""))
                .anyMatch(line -> line.startsWith("grpc_server_handled_total{grpc_code=\"Canceled\"")
                        && line.contains("grpc_type=\"server_stream\""))
                .noneMatch(line -> line.contains("Canceled") && line.contains("PullImage"));
    }
}
