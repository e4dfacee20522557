package io.davit.conformance.suite.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.davit.conformance.suite.client.CallLog.Call;
import io.grpc.Status.Code;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LatencyTest {
    @Test
    void a_percentile_is_the_smallest_value_that_so_many_do_not_exceed() {
        long[] hundred = LongStream.rangeClosed(1, 100).toArray();
        assertThat(Latency.percentile(hundred, 50)).isEqualTo(50);
        assertThat(Latency.percentile(hundred, 99)).isEqualTo(99);
        assertThat(Latency.percentile(hundred, 100)).isEqualTo(100);
        assertThat(Latency.percentile(new long[] {1, 2, 3}, 50)).isEqualTo(2);
        assertThat(Latency.percentile(new long[] {1, 2, 3}, 67)).isEqualTo(3);
        assertThat(Latency.percentile(new long[] {7}, 1)).isEqualTo(7);
    }

    @Test
    void of_no_values_it_is_0() {
        assertThat(Latency.percentile(new long[0], 99)).isZero();
    }

    @Test
    void a_percent_outside_its_range_is_a_mistake_of_ours() {
        assertThatIllegalArgumentException().isThrownBy(() -> Latency.percentile(new long[] {1}, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Latency.percentile(new long[] {1}, 101));
    }

    @Test
    void only_calls_that_went_well_have_a_latency_and_all_have_a_code() {
        List<Latency> latencies = Latency.of(List.of(
                new Call("Version", Code.OK, 2_000_000),
                new Call("ListImages", Code.UNIMPLEMENTED, 9_000_000),
                new Call("Version", Code.OK, 4_000_000),
                new Call("Version", Code.UNAVAILABLE, 900_000_000)));
        assertThat(latencies)
                .containsExactly(
                        new Latency("Version", 2, 2, 4, 4, 4, Map.of("OK", 2, "UNAVAILABLE", 1)),
                        new Latency("ListImages", 0, 0, 0, 0, 0, Map.of("UNIMPLEMENTED", 1)));
    }
}
