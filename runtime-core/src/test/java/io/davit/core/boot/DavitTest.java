package io.davit.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.spi.Finding;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DavitTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private List<Finding> findings = List.of();

    @TempDir
    private Path directory;

    @Test
    void the_usage_names_every_command() {
        assertThat(davit("--help")).isZero();
        assertThat(out.toString()).contains("serve", "config", "version", "Exit codes");
    }

    @Test
    void an_unknown_command_is_wrong_usage_and_gets_a_suggestion() {
        assertThat(davit("serv")).isEqualTo(Davit.USAGE);
        assertThat(err.toString()).contains("serv").contains("davit serve");
    }

    @Test
    void no_command_is_wrong_usage() {
        assertThat(davit()).isEqualTo(Davit.USAGE);
        assertThat(err.toString()).contains("Usage: davit");
    }

    @Test
    void the_default_configuration_passes_its_own_check() throws IOException {
        assertThat(davit("config", "default")).isZero();
        Path file = Files.writeString(directory.resolve("davit.toml"), out.toString());

        assertThat(davit("config", "check", "--config", file.toString())).isZero();
        assertThat(out.toString()).contains("no mistakes in " + file);
    }

    @Test
    void each_mistake_of_a_configuration_is_one_line_on_standard_error() throws IOException {
        Path file = Files.writeString(directory.resolve("davit.toml"), "[server]\na = 1\nb = 2\n");

        assertThat(davit("config", "check", "-c", file.toString())).isEqualTo(Davit.FAILED);
        assertThat(err.toString().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith(file + ":").contains("unknown key"));
    }

    @Test
    void a_configuration_that_is_named_must_be_there() {
        assertThat(davit("config", "show", "-c", "/no/such/file")).isEqualTo(Davit.FAILED);
        assertThat(err.toString()).contains("/no/such/file");
    }

    @Test
    void the_configuration_in_force_is_shown() throws IOException {
        Path file = Files.writeString(directory.resolve("davit.toml"), "[log]\nlevel = \"debug\"\n");

        assertThat(davit("config", "show", "-c", file.toString())).isZero();
        assertThat(out.toString()).contains("[log]\nlevel = \"debug\"\n").doesNotContain("#");
    }

    @Test
    void the_version_is_printed() {
        assertThat(davit("version")).isZero();
        assertThat(out.toString()).startsWith("davit ");
    }

    @Test
    void the_doctor_prints_what_a_backend_lacks_with_the_remedy_and_fails() {
        findings = List.of(Finding.missing("conmon", "not found", "apt-get install conmon"));

        assertThat(davit("doctor")).isEqualTo(Davit.FAILED);
        assertThat(out.toString())
                .containsPattern("(?m)^OK       Java +\\d+")
                .containsPattern("(?m)^MISSING  oci: conmon +not found$")
                .containsPattern("(?m)^ +-> apt-get install conmon$")
                .contains("pods cannot run here until that is mended");
    }

    private int davit(String... arguments) {
        return Davit.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                () -> List.of(new StandInProvider("oci", EngineSettings.class, findings)),
                CriServer::start,
                arguments);
    }
}
