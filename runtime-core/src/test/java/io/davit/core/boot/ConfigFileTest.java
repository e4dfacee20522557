package io.davit.core.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.davit.core.boot.EngineSettings.Inner;
import io.davit.core.boot.EngineSettings.Pace;
import io.davit.core.domain.Fault;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.Secret;
import io.davit.core.network.AddressPreference;
import io.davit.core.spi.BackendProvider;
import io.davit.core.spi.HandlerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConfigFileTest {
    private final List<BackendProvider> providers = StandInProvider.oci(EngineSettings.class);
    private final ConfigFile file = new ConfigFile(providers);

    @Test
    void an_empty_file_gives_the_defaults() {
        ServerConfig config = file.parse("davit.toml", "");

        assertThat(config.server().socket()).isEqualTo(Path.of("/run/davit/davit.sock"));
        assertThat(config.network().cniBinDirs()).containsExactly(Path.of("/opt/cni/bin"), Path.of("/usr/lib/cni"));
        assertThat(config.network().ipPreference()).isEqualTo(AddressPreference.CNI);
        assertThat(config.streaming().idleTimeout()).isEqualTo(Duration.ofHours(4));
        assertThat(config.handlers()).isEmpty();
        assertThat(config.backends().get("oci"))
                .isEqualTo(new EngineSettings(
                        "red \"and\" green",
                        true,
                        7,
                        9_000_000_000L,
                        Path.of("/etc/engine"),
                        Duration.ofMinutes(90),
                        List.of("one", "two"),
                        List.of(Path.of("/a"), Path.of("/b")),
                        Pace.VERY_SLOW,
                        new Secret(""),
                        new Inner(5),
                        Map.of()));
    }

    @Test
    void every_type_is_read() {
        ServerConfig config = file.parse("davit.toml", """
                [oci]
                colour = 'blue'
                fast = false
                count = -1
                bytes = 1_000
                file = "/srv/../srv/x"
                limit = "250ms"
                words = ["a,b"]
                files = []
                pace = "quick"
                password = "xyzzy"
                inner.depth = 1
                [oci.inners.first]
                depth = 2
                [oci.inners."second one"]
                """);

        assertThat(config.backends().get("oci"))
                .isEqualTo(new EngineSettings(
                        "blue",
                        false,
                        -1,
                        1000,
                        Path.of("/srv/x"),
                        Duration.ofMillis(250),
                        List.of("a,b"),
                        List.of(),
                        Pace.QUICK,
                        new Secret("xyzzy"),
                        new Inner(1),
                        Map.of("first", new Inner(2), "second one", new Inner(5))));
    }

    @Test
    void metrics_are_off_and_stay_on_this_machine() {
        assertThat(file.parse("davit.toml", "").metrics().isOn()).isFalse();

        assertThat(mistakesIn("""
                        [metrics]
                        address = "0.0.0.0:9759"
                        """))
                .singleElement()
                .asString()
                .startsWith("davit.toml:2:1: metrics.address: '0.0.0.0:9759' can be reached from other machines");
        assertThat(mistakesIn("""
                        [server]
                        socket = "/run/x.sock"
                        [metrics]
                        address = "/run/x.sock"
                        """)).singleElement().asString().contains("metrics.address: is server.socket");
    }

    @Test
    void handlers_go_to_their_backend_with_their_options() {
        ServerConfig config = file.parse("davit.toml", """
                [server]
                default-handler = "runc"
                [handlers.runc]
                backend = "oci"
                [handlers.crun]
                options = { runtime = "/usr/bin/crun" }
                """);

        assertThat(config.handlersOf("oci"))
                .containsExactly(
                        new HandlerSettings(new RuntimeHandler("crun"), Map.of("runtime", "/usr/bin/crun")),
                        new HandlerSettings(new RuntimeHandler("runc"), Map.of()));
        assertThat(config.handlersOf("docker")).isEmpty();
    }

    @Test
    void all_mistakes_are_told_at_once_with_their_places() {
        assertThat(mistakesIn("""
                        [sever]
                        [server]
                        sockt = "/run/x.sock"
                        root = "relative"
                        message-bytes-max = "many"
                        backends = ["ocy"]
                        [network]
                        plugin-limit = "soon"
                        ip-preference = "ipv5"
                        cni-bin-dirs = ["/x", 5]
                        [oci]
                        fast = "yes"
                        count = 3000000000
                        inner.depth = 11
                        inners = 5
                        """))
                .containsExactly(
                        "davit.toml:1:1: [sever]: unknown table; did you mean server?",
                        "davit.toml:3:1: server.sockt: unknown key; did you mean socket?",
                        "davit.toml:4:1: server.root: 'relative' is not an absolute path",
                        "davit.toml:5:1: server.message-bytes-max: expected a whole number, found \"many\"",
                        "davit.toml:6:1: server.backends: there is no backend ocy; did you mean oci?",
                        "davit.toml:8:1: network.plugin-limit: 'soon' is no length of time such as 90s, 5m, 1h30m or"
                                + " 250ms",
                        "davit.toml:9:1: network.ip-preference: 'ipv5' is none of cni, ipv4, ipv6",
                        "davit.toml:10:1: network.cni-bin-dirs: expected a text in quotes, found 5",
                        "davit.toml:12:1: oci.fast: expected true or false, found \"yes\"",
                        "davit.toml:13:1: oci.count: expected a whole number, found 3000000000",
                        "davit.toml:14:1: oci.inner.depth: is above 10",
                        "davit.toml:15:1: oci.inners: expected a table, [oci.inners]");
    }

    @Test
    void a_records_own_check_is_told_at_its_key_or_else_at_its_table() {
        assertThat(mistakesIn("""
                        [streaming]
                        port = 70000
                        address = "0.0.0.0"
                        tls-key = "/k"
                        [server]
                        state = "/var/lib/davit"
                        """))
                .containsExactly(
                        "davit.toml:1:1: streaming.tls-certificate: a certificate needs its key and a key its"
                                + " certificate; set both",
                        "davit.toml:2:1: streaming.port: 70000 is not within 0..65535",
                        "davit.toml:3:1: streaming.address: would offer shells in clear text to the network; give"
                                + " tls-certificate and tls-key",
                        "davit.toml:6:1: server.state: is the same directory as root; give it one of its own");
    }

    @Test
    void registries_and_stores_of_images_that_cannot_be_are_told() {
        assertThat(mistakesIn("""
                        [images]
                        short-name-registries = ["registry.example:5000", "localhost", "registry"]
                        backends = ["ocy"]
                        """))
                .containsExactly(
                        "davit.toml:2:1: images.short-name-registries: 'registry' is no host[:port] with a dot, a"
                                + " port or the name localhost");
        assertThat(mistakesIn("[images]\nbackends = [\"ocy\"]"))
                .containsExactly(
                        "davit.toml:2:1: images.backends: ocy is not one of server.backends; did you mean oci?");
    }

    @Test
    void names_that_point_nowhere_are_told() {
        assertThat(mistakesIn("""
                        [server]
                        default-handler = "rnc"
                        [handlers.runc]
                        backend = "docker"
                        options = { a = 1 }
                        """))
                .containsExactly(
                        "davit.toml:2:1: server.default-handler: there is no [handlers.rnc]; did you mean runc?",
                        "davit.toml:3:1: handlers.runc.backend: docker is not one of server.backends; known: oci",
                        "davit.toml:5:13: handlers.runc.options.a: expected a text in quotes, found 1");
    }

    @Test
    void bad_syntax_is_told_with_its_place() {
        assertThat(mistakesIn("[server\nsocket = \"/run/x.sock\"\n"))
                .first()
                .asString()
                .startsWith("davit.toml:1:8: ");
    }

    @Test
    void the_default_file_reads_back_as_the_defaults() {
        String text = ConfigText.defaults(file, providers);

        assertThat(file.parse("default", text)).isEqualTo(file.defaults());
        assertThat(text).contains("# A small number.\ncount = 7\n").contains("[oci.inner]\n# Nothing above ten.\n");
    }

    @Test
    void the_effective_file_reads_back_as_itself_but_for_secrets() {
        ServerConfig config = file.parse("davit.toml", """
                [oci]
                password = "xyzzy"
                inners.x.depth = 3
                [handlers."a b"]
                options = { x = "y\\nz" }
                """);

        String shown = ConfigText.effective(config, providers);

        assertThat(shown).doesNotContain("xyzzy").contains("(secret)");
        assertThat(ConfigText.effective(file.parse("shown", shown), providers)).isEqualTo(shown);
        assertThat(file.parse("shown", shown).handlers()).isEqualTo(config.handlers());
    }

    private List<String> mistakesIn(String text) {
        Fault fault = catchThrowableOfType(Fault.class, () -> file.parse("davit.toml", text));
        return ((Fault.Kind.InvalidRequest) fault.kind())
                .problems().stream().map(Fault.Problem::toString).toList();
    }
}
