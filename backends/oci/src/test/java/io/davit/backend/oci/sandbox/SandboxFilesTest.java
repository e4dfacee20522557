package io.davit.backend.oci.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.DnsConfig;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SandboxFilesTest {
    @Test
    void every_list_has_its_line_and_servers_one_each() {
        DnsConfig dns = new DnsConfig(List.of("10.0.0.1", "fd00::1"), List.of("a.b", "c"), List.of("ndots:5", "edns0"));

        assertThat(SandboxFiles.resolvConf(dns)).isEqualTo("""
                search a.b c
                nameserver 10.0.0.1
                nameserver fd00::1
                options ndots:5 edns0
                """);
    }

    @Test
    void nothing_said_is_an_empty_file() {
        assertThat(SandboxFiles.resolvConf(new DnsConfig(List.of(), List.of(), List.of())))
                .isEmpty();
    }
}
