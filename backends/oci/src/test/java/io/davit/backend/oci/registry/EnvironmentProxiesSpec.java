package io.davit.backend.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.content.DigestFunction;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class EnvironmentProxiesSpec {
    private static boolean isDirect(String noProxy, String uri) {
        EnvironmentProxies proxies = EnvironmentProxies.of(
                Map.of("HTTPS_PROXY", "proxy:3128", "HTTP_PROXY", "proxy:80", "NO_PROXY", noProxy));
        return proxies.named(URI.create(uri)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "example.org, https://example.org/v2/",
        "example.org, https://a.b.example.org/v2/",
        ".example.org, https://a.example.org/v2/",
        "*.example.org, https://a.example.org/v2/",
        "*, https://anything/v2/",
        "10.0.0.0/8, https://10.1.2.3:5000/v2/",
        "10.1.2.3, https://10.1.2.3:5000/v2/",
        "fd00::/8, 'https://[fd12::1]/v2/'",
        "example.org:5000, http://example.org:5000/v2/",
        "example.org:443, https://example.org/v2/",
        "'other, EXAMPLE.org', https://example.ORG/v2/",
        "'', http://localhost:5000/v2/",
        "'', http://127.0.0.1:5000/v2/",
    })
    void hosts_of_NO_PROXY_and_of_this_machine_are_asked_directly(String noProxy, String uri) {
        assertThat(isDirect(noProxy, uri)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "example.org, https://notexample.org/v2/",
        ".example.org, https://example.org/v2/",
        "10.0.0.0/8, https://11.1.2.3/v2/",
        "10.0.0.0/8, https://ten.example/v2/",
        "10.0.0.0/99, https://10.0.0.1/v2/",
        "fd00::/8, https://10.0.0.1/v2/",
        "example.org:5000, https://example.org/v2/",
        "'', https://example.org/v2/",
    })
    void others_are_asked_through_the_proxy(String noProxy, String uri) {
        assertThat(isDirect(noProxy, uri)).isFalse();
    }

    @Test
    void small_letters_count_before_capitals_and_each_scheme_has_its_own() {
        EnvironmentProxies proxies =
                EnvironmentProxies.of(Map.of("https_proxy", "http://small:1", "HTTPS_PROXY", "http://big:2"));

        assertThat(proxies.named(URI.create("https://example.org"))).contains("small:1");
        assertThat(proxies.named(URI.create("http://example.org"))).isEmpty();
    }

    @Test
    void a_proxy_that_cannot_be_read_is_told_by_its_variable_and_not_by_its_password() {
        assertThatThrownBy(() -> EnvironmentProxies.of(Map.of("HTTPS_PROXY", "ftp://ann:secret@proxy")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("HTTPS_PROXY")
                .hasMessageNotContaining("secret");
    }

    @Test
    void a_registry_is_asked_through_the_proxy_which_alone_sees_its_password(@TempDir Path directory)
            throws IOException {
        try (ScriptedServer proxy = ScriptedServer.start()) {
            byte[] data = RegistryFixture.noise(1000);
            proxy.on(RegistryFixture.blobPath(data), (exchange, _) -> {
                boolean known = "Basic YW5uOnNlY3JldA=="
                        .equals(exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
                boolean named = "registry.example:5000"
                        .equals(exchange.getRequestHeaders().getFirst("Host"));
                ScriptedServer.send(exchange, known && named ? 200 : 407, data);
            });
            EnvironmentProxies proxies =
                    EnvironmentProxies.of(Map.of("HTTP_PROXY", "http://ann:secret@" + proxy.host()));
            RegistrySettings plain = new RegistrySettings(
                    true, List.of(), RegistryFixture.NONE, RegistryFixture.NONE, RegistryFixture.NONE);
            try (RegistryFixture fixture =
                    new RegistryFixture(directory, Map.of("registry.example:5000", plain), proxies)) {
                RegistryClient client = fixture.client("registry.example:5000", new Credentials.Anonymous());

                fixture.fetch(client, DigestFunction.sha256(data), data.length);

                assertThat(fixture.blobs().count()).isEqualTo(1);
            }
        }
    }
}
