package io.davit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.boot.Davit;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The page about the configuration tells the truth; {@code -Dpages=write} makes it so. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("../../docs/configuration.md");
    private static final String BLOCK_START = "```toml\n";

    @Test
    void it_shows_exactly_what_davit_config_default_prints() throws IOException {
        String page = Files.readString(PAGE);
        String written = page.substring(0, page.indexOf(BLOCK_START)) + BLOCK_START + defaults() + "```\n";
        if (System.getProperty("pages", "").equals("write")) Files.writeString(PAGE, written);

        assertThat(Files.readString(PAGE))
                .as("%s: run this test with -Dpages=write and look at the difference", PAGE)
                .isEqualTo(written);
    }

    private static String defaults() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Davit.run(new PrintWriter(out, true), new PrintWriter(err, true), "config", "default");
        assertThat(exitCode).as(err.toString()).isZero();
        return out.toString();
    }
}
