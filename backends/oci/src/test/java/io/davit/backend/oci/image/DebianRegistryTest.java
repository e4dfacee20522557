package io.davit.backend.oci.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.davit.backend.oci.registry.RegistrySettings;
import io.davit.backend.oci.tar.HandmadeTar;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that others wrote: with a password, with TLS, as a mirror, and behind connections that do not hold. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class DebianRegistryTest {
    private static final Path NONE = Path.of("");
    /** crypt(3) of "pass word" by bcrypt, the only form that the registry reads. */
    private static final String ACCOUNT = "ann:$2b$05$abcdefghijklmnopqrstuuIt/9/tGzLcigNq/.RWIDjeEVR30RSf.\n";

    private static final Credentials ANN = new Credentials.UserPassword("ann", new Secret("pass word"), "");
    private static final int LETTERS = 3_000_000;

    @TempDir
    Path directory;

    private Path storage;
    private String path;

    private static TestImage image() {
        String noise = new Random(1)
                .ints(LETTERS, '0', 'z')
                .mapToObj(letter -> Character.toString((char) letter))
                .collect(Collectors.joining());
        return new TestImage().layer(new HandmadeTar().file("noise", noise)).file("etc/app", "1");
    }

    @BeforeEach
    void push() throws Exception {
        assumeThat(DebianRegistry.program())
                .as("docker-registry: apt-get install docker-registry, or scripts/images build")
                .isPresent();
        storage = Files.createDirectories(directory.resolve("storage"));
        try (DebianRegistry registry = DebianRegistry.start(storage, Map.of())) {
            path = registry.push("team/app", image(), 2)
                    .substring(registry.host().length());
        }
    }

    private ImageStore store(Map<String, RegistrySettings> configured) {
        return new ImageStore(directory.resolve("store"), ImageSettings.DEFAULTS, configured);
    }

    private static RegistrySettings settings(List<String> mirrors, Path authorities, Path authFile) {
        return new RegistrySettings(false, mirrors, authorities, NONE, NONE, authFile, "", NONE);
    }

    @Test
    void gives_an_image_to_anybody() throws Exception {
        try (DebianRegistry registry = DebianRegistry.start(storage, Map.of());
                ImageStore store = store(Map.of())) {
            String name = registry.host() + path;

            assertThat(store.pull(name).repoTags()).containsExactly(name);
            assertThat(store.fault(registry.host() + "/team/nobody:1")).hasMessageContaining("does not exist");
        }
    }

    @Test
    void with_a_password_gives_it_to_who_knows_it() throws Exception {
        Path accounts = Files.writeString(directory.resolve("htpasswd"), ACCOUNT);
        Map<String, String> settings =
                Map.of("AUTH", "htpasswd", "AUTH_HTPASSWD_REALM", "test", "AUTH_HTPASSWD_PATH", accounts.toString());
        try (DebianRegistry registry = DebianRegistry.start(storage, settings)) {
            String name = registry.host() + path;
            Path file = Files.writeString(
                    directory.resolve("config.json"),
                    "{\"auths\":{\"" + registry.host() + "\":{\"username\":\"ann\",\"password\":\"pass word\"}}}");
            try (ImageStore store = store(Map.of())) {
                assertThat(store.fault(name)).hasMessageContaining("401").hasMessageContaining(registry.host());
                assertThat(store.pull(name, ANN).repoTags()).containsExactly(name);
            }
            try (ImageStore store = store(Map.of(registry.host(), settings(List.of(), NONE, file)))) {
                assertThat(store.pull(name).repoTags()).containsExactly(name);
            }
        }
    }

    @Test
    void with_TLS_is_trusted_once_its_authority_is_configured() throws Exception {
        List<Path> pem = DebianRegistry.certificate(directory);
        Map<String, String> settings = Map.of(
                "HTTP_TLS_CERTIFICATE", pem.getFirst().toString(),
                "HTTP_TLS_KEY", pem.getLast().toString());
        try (DebianRegistry registry = DebianRegistry.start(storage, settings)) {
            String name = registry.host() + path;
            try (ImageStore store = store(Map.of())) {
                assertThat(store.fault(name)).hasMessageContaining(registry.host());
            }
            try (ImageStore store = store(Map.of(registry.host(), settings(List.of(), pem.getFirst(), NONE)))) {
                assertThat(store.pull(name).repoTags()).containsExactly(name);
            }
        }
    }

    @Test
    void serves_as_the_mirror_of_a_registry_that_is_down() throws Exception {
        try (DebianRegistry registry = DebianRegistry.start(storage, Map.of());
                ImageStore store = store(Map.of("127.0.0.1:1", settings(List.of(registry.host()), NONE, NONE)))) {
            assertThat(store.pull("127.0.0.1:1" + path).repoTags()).containsExactly("127.0.0.1:1" + path);
        }
    }

    @Test
    void behind_connections_that_are_cut_again_and_again_gives_the_whole_image() throws Exception {
        try (DebianRegistry registry = DebianRegistry.start(storage, Map.of());
                CuttingProxy proxy = new CuttingProxy(registry.port(), 400_000, Duration.ofMillis(1));
                ImageStore store = store(Map.of())) {
            String name = proxy.host() + path;

            assertThat(store.pull(name).repoTags()).containsExactly(name);
            assertThat(proxy.cuts()).isGreaterThan(4);
        }
    }

    @Test
    void behind_a_slow_connection_takes_its_time() throws IOException, InterruptedException {
        try (DebianRegistry registry = DebianRegistry.start(storage, Map.of());
                CuttingProxy proxy = new CuttingProxy(registry.port(), Long.MAX_VALUE, Duration.ofMillis(40));
                ImageStore store = store(Map.of())) {
            String name = proxy.host() + path;

            assertThat(store.pull(name).repoTags()).containsExactly(name);
        }
    }
}
