package io.davit.backend.docker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.davit.backend.docker.FakeDaemon;
import io.davit.backend.docker.FakeDaemon.Reply;
import io.davit.backend.docker.engine.Daemon;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class HolderImageTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private FakeDaemon fake;
    private Daemon daemon;
    private HolderImage holder;

    @BeforeEach
    void start() throws IOException {
        fake = FakeDaemon.start(directory).on("/images/create", new Reply.Text("200 OK", "{\"status\":\"sha256:1\"}"));
        daemon = Daemon.open(fake.socket(), new Daemon.Limits(LIMIT, LIMIT));
        Path program = Files.writeString(directory.resolve("catatonit"), "a program");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        holder = new HolderImage(daemon, program.toString());
    }

    @AfterEach
    void stop() {
        daemon.close();
        fake.close();
    }

    @Test
    void it_is_made_where_it_is_missing_and_asked_for_no_more() {
        String name = holder.ensure();

        assertThat(holder.ensure()).isEqualTo(name).startsWith("davit-holder:");
        assertThat(imports()).hasSize(1);
        assertThat(looks(name)).hasSize(1);
    }

    @Test
    void one_that_the_daemon_has_is_used() {
        String name = holder.ensure();
        fake.on("/images/" + name + "/json", new Reply.Text("200 OK", "{\"Id\":\"sha256:1\"}"));

        assertThat(new HolderImage(daemon, directory.resolve("catatonit").toString()).ensure())
                .isEqualTo(name);
        assertThat(imports()).hasSize(1);
    }

    @Test
    void one_that_somebody_has_removed_is_made_again() {
        String name = holder.ensure();

        assertThat(holder.again()).isEqualTo(name);
        assertThat(imports()).hasSize(2);
    }

    @Test
    void a_program_that_is_missing_is_named() {
        Fault fault = catchThrowableOfType(Fault.class, () -> new HolderImage(daemon, "/no/such/catatonit").ensure());

        assertThat(fault).hasMessageContaining("/no/such/catatonit").hasMessageContaining("apt-get install");
    }

    private List<String> imports() {
        return fake.requests().stream()
                .filter(request -> request.contains("/images/create"))
                .toList();
    }

    private List<String> looks(String name) {
        return fake.requests().stream()
                .filter(request -> request.endsWith("/images/" + name + "/json"))
                .toList();
    }
}
