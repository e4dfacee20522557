package io.davit.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BitRateTest {
    @ParameterizedTest
    @CsvSource({
        "1000, 1000",
        "1k, 1000",
        "10M, 10000000",
        "1.5Gi, 1610612736",
        "2e6, 2000000",
        "2E6, 2000000",
        "1P, 1000000000000000",
        "1000.5, 1001"
    })
    void quantities_of_kubernetes_are_bits_per_second(String text, long rate) {
        assertThat(BitRate.parse(text)).isEqualTo(rate);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-5M", "10 M", "10m", "999", "2P", "1E", "1e99", "0x10"})
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> BitRate.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
