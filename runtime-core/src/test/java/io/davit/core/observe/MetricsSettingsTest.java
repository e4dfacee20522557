package io.davit.core.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MetricsSettingsTest {
    @Test
    void an_empty_address_is_none() {
        assertThat(new MetricsSettings("").isOn()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9759", "127.8.9.10:1", "[::1]:65535", "::1:9759", "localhost:9759"})
    void an_address_of_loopback_is_one(String address) {
        MetricsSettings settings = new MetricsSettings(address);

        assertThat(settings.isOn()).isTrue();
        assertThat(settings.isUnixSocket()).isFalse();
        assertThat(settings.loopback().getAddress().isLoopbackAddress()).isTrue();
        assertThat(address).endsWith(":" + settings.loopback().getPort());
    }

    @Test
    void an_absolute_path_is_a_unix_socket() {
        MetricsSettings settings = new MetricsSettings("/run/davit/../x/metrics.sock");

        assertThat(settings.isUnixSocket()).isTrue();
        assertThat(settings.socket()).isEqualTo(Path.of("/run/x/metrics.sock"));
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:9759, can be reached from other machines",
        "[::]:9759, can be reached from other machines",
        "10.0.0.1:9759, use 127.0.0.1",
        "node.example:9759, address in digits",
        "127.0.0.1, has no port",
        ":9759, has no port",
        "127.0.0.1:0, 1..65535",
        "127.0.0.1:65536, 1..65535",
        "127.0.0.1:http, no number",
        "unix:///run/metrics.sock, write the path",
        "metrics.sock, absolute path",
    })
    void anything_else_is_refused_with_the_reason(String address, String reason) {
        assertThatThrownBy(() -> new MetricsSettings(address))
                .isInstanceOf(Fault.class)
                .hasMessageContaining(address)
                .hasMessageContaining(reason);
    }
}
