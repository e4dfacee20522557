package io.davit.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.davit.backend.docker.FakeDaemon.Reply;
import io.davit.core.domain.Fault;
import io.davit.core.spi.Backend;
import io.davit.core.spi.HostServices;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A daemon of another version in the place of the one that davit found when it started. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class ReplacedDaemonTest {
    @TempDir
    private Path directory;

    private FakeDaemon fake;
    private HostServices host;

    @BeforeEach
    void start() {
        fake = FakeDaemon.start(directory);
        fake.on("/images/json", new Reply.Text("200 OK", "[]"));
        fake.on("/containers/json", new Reply.Text("200 OK", "[]"));
        host = TestDaemon.host(directory);
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    @ParameterizedTest
    @CsvSource({"1.41, 1.45", "1.48, 1.43"})
    void a_daemon_that_comes_back_as_another_version_is_spoken_with_in_its_own(String before, String after) {
        fake.speaking(before);

        try (Backend backend = open()) {
            fake.speaking(after);
            int spoken = fake.requests().size();
            assertThat(backend.observer().sightings()).isEmpty();

            assertThat(backend.details()).containsEntry("apiVersion", after);
            assertThat(fake.requests().stream().skip(spoken))
                    .filteredOn(request -> !request.endsWith("/_ping"))
                    .isNotEmpty()
                    .allMatch(request -> request.contains(" /v" + after + "/"));
        }
    }

    @Test
    void a_daemon_that_comes_back_too_old_makes_the_node_not_ready_until_it_is_replaced() {
        try (Backend backend = open()) {
            fake.speaking("1.40");
            Fault fault =
                    catchThrowableOfType(Fault.class, () -> backend.observer().sightings());
            assertThat(fault.kind()).isInstanceOf(Fault.Kind.Unsupported.class);
            assertThat(backend.info().trouble())
                    .hasValueSatisfying(why -> assertThat(why).contains("1.40"));

            fake.speaking("1.41");
            assertThat(backend.observer().sightings()).isEmpty();
            assertThat(backend.info().trouble()).isEmpty();
        }
    }

    private Backend open() {
        return new DockerProvider().open(TestDaemon.settings(fake.socket(), host), List.of(), host);
    }
}
