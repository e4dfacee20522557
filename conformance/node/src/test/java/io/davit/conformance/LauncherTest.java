package io.davit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/davit} gives the JVM, which a script stands for here. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LauncherTest {
    private static final Path DISTRIBUTION = Path.of("../../backends/bundle/src/dist");

    @TempDir
    private Path home;

    /** Without it no path with an umlaut could be mounted, and one such mount point would hide all others. */
    @Test
    void names_of_files_are_utf_8_whatever_the_locale_of_the_service() throws Exception {
        assertThat(environment("LC_ALL", "C")).contains("LC_ALL=C.UTF-8");
        assertThat(environment("LANG", "de_DE.ISO-8859-1")).contains("LC_ALL=C.UTF-8");
    }

    private String environment(String name, String value) throws IOException, InterruptedException {
        for (String file : List.of("bin/davit", "libexec/java-home.sh")) {
            Files.createDirectories(home.resolve(file).getParent());
            Files.copy(DISTRIBUTION.resolve(file), home.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Path java = home.resolve("runtime/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, "#!/bin/sh\nenv\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        ProcessBuilder builder =
                new ProcessBuilder("bash", home.resolve("bin/davit").toString(), "version");
        builder.environment().keySet().removeIf(key -> key.startsWith("LC_") || key.equals("LANG"));
        builder.environment().put(name, value);
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
