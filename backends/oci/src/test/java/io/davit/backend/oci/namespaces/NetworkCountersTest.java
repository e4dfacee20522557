package io.davit.backend.oci.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.NetworkUsage;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NetworkCountersTest {
    private static final String TABLE = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:   13192     164    0    0    0     0          0         0    13192     164    0    0    0     0       0          0
              eth0: 1500000    1200    1    2    3     4          5         6  9000000     800    7    8    9    10      11         12
            eth0.5:2:      20       1    0    0    0     0          0         0       30       1    0    0    0     0       0          0
            """;

    @Test
    void every_interface_but_the_loopback_is_read() {
        assertThat(NetworkCounters.parse(TABLE.lines().toList()))
                .containsExactly(
                        new NetworkUsage.Interface(
                                "eth0",
                                1_500_000,
                                1,
                                9_000_000,
                                7,
                                Optional.of(new NetworkUsage.Packets(1200, 2, 800, 8))),
                        new NetworkUsage.Interface(
                                "eth0.5:2", 20, 0, 30, 0, Optional.of(new NetworkUsage.Packets(1, 0, 1, 0))));
    }
}
