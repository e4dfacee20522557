package io.davit.backend.docker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.davit.backend.docker.FakeDaemon;
import io.davit.backend.docker.FakeDaemon.Reply;
import io.davit.backend.docker.engine.Daemon;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.Secret;
import io.davit.core.spi.PullRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class ImagePullTest {
    private static final Daemon.Limits LIMITS = new Daemon.Limits(Duration.ofSeconds(30), Duration.ofSeconds(30));

    @TempDir
    private Path directory;

    private FakeDaemon fake;
    private Daemon daemon;

    @BeforeEach
    void start() {
        fake = FakeDaemon.start(directory);
        daemon = Daemon.open(fake.socket(), LIMITS);
    }

    @AfterEach
    void stop() {
        daemon.close();
        fake.close();
    }

    @Test
    void a_short_name_is_completed_so_that_not_every_tag_is_pulled() {
        fake.on("/images/create", new Reply.Chunks("{\"status\":\"done\"}\n"));

        pull("busybox", Duration.ofSeconds(30));

        assertThat(fake.requests().getLast())
                .endsWith("/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=latest");
    }

    @Test
    void an_error_after_the_first_step_is_an_error() {
        fake.on(
                "/images/create",
                new Reply.Chunks("{\"status\":\"Pulling\"}\n{\"errorDetail\":{\"message\":\"manifest unknown\"}}\n"));

        Fault fault = failure("busybox", Duration.ofSeconds(30));

        assertThat(fault.kind()).isInstanceOf(Fault.Kind.Absent.class);
        assertThat(fault).hasMessageContaining("docker.io/library/busybox:latest");
    }

    @Test
    void an_error_on_the_first_line_is_an_error() {
        fake.on("/images/create", new Reply.Chunks("{\"errorDetail\":{\"message\":\"no space left on device\"}}\n"));

        Fault fault = failure("busybox", Duration.ofSeconds(30));

        assertThat(fault.kind()).isInstanceOf(Fault.Kind.Failed.class);
        assertThat(fault).hasMessageContaining("no space left on device");
    }

    @Test
    void a_registry_that_is_away_is_told_in_the_kubelets_word() {
        fake.on(
                "/images/create",
                new Reply.Text(
                        "500 Internal Server Error",
                        "{\"message\":\"Get https://r.example/v2/: dial tcp: connection refused\"}"));

        Fault fault = failure("r.example/app:1", Duration.ofSeconds(30));

        assertThat(fault).hasMessageStartingWith("RegistryUnavailable: r.example");
    }

    @Test
    void a_pull_without_progress_is_given_up() {
        fake.on("/images/create", new Reply.HalfAnswer());

        Fault fault = failure("busybox", Duration.ofMillis(300));

        assertThat(fault.kind()).isInstanceOf(Fault.Kind.TimedOut.class);
    }

    @Test
    void credentials_name_the_registry_of_the_image_if_they_name_none() {
        String header = RegistryAuth.of(new Credentials.UserPassword("me", new Secret("pass"), ""), "r.example");

        assertThat(told(header))
                .isEqualTo("{\"username\":\"me\",\"password\":\"pass\",\"serveraddress\":\"r.example\"}");
    }

    @Test
    void credentials_of_another_registry_are_not_shown() {
        Credentials theirs = new Credentials.UserPassword("me", new Secret("pass"), "https://other.example/v2/");
        Credentials hub = new Credentials.UserPassword("me", new Secret("pass"), "https://index.docker.io/v1/");

        assertThat(told(RegistryAuth.of(theirs, "r.example"))).isEqualTo("{}");
        assertThat(told(RegistryAuth.of(hub, "docker.io"))).contains("pass");
    }

    private static String told(String header) {
        return new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8);
    }

    private Fault failure(String name, Duration stall) {
        Fault fault = catchThrowableOfType(Fault.class, () -> pull(name, stall));
        assertThat(fault).isNotNull();
        return fault;
    }

    private void pull(String name, Duration stall) {
        new ImagePull(
                        daemon,
                        new PullRequest(
                                ImageReference.parse(name), new Credentials.Anonymous(), RuntimeHandler.DEFAULT),
                        stall)
                .run();
    }
}
