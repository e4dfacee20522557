package io.davit.backend.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.files.VolatileLayout;
import io.davit.backend.oci.host.HostFacts;
import io.davit.core.domain.Fault;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.HandlerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RuntimeSearchTest {
    @TempDir
    Path root;

    private RuntimeCatalogue search(HandlerSettings... handlers) {
        return new RuntimeSearch(
                        HostFacts.look(),
                        new VolatileLayout(root),
                        List.of("--every-call"),
                        ChildProcesses.forThisMachine())
                .search(List.of(handlers), List.of());
    }

    private HandlerSettings handler(String name, Map<String, String> options) {
        return new HandlerSettings(new RuntimeHandler(name), options);
    }

    /** A program that is called as OCI runtimes are, and answers no more than was asked for here. */
    private Path runtime(String name, String features) throws IOException {
        Path program = Files.writeString(root.resolve(name), """
                #!/bin/sh
                case $1 in
                --version) echo "%s version 7.8.9" ;;
                features) %s ;;
                *) exit 1 ;;
                esac
                """.formatted(name, features));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }

    @Test
    void a_handler_has_the_binary_arguments_and_annotations_of_its_options() throws IOException {
        Path program = runtime("sandboxed", "exit 1");

        RuntimeEntry entry = search(handler(
                        "secure",
                        Map.of(
                                "path", program.toString(),
                                "arguments", " --platform=systrap  --debug ",
                                "annotations", "dev.example/*")))
                .of(new RuntimeHandler("secure"));

        assertThat(entry.version()).isEqualTo("7.8.9");
        assertThat(entry.runtime().commandLine("state", "x"))
                .containsExactly(
                        program.toString(),
                        "--root=" + root.resolve("runtimes/secure"),
                        "--every-call",
                        "--platform=systrap",
                        "--debug",
                        "state",
                        "x");
        assertThat(entry.annotations().passed(Map.of("dev.example/a", "1", "other", "2"), Map.of()))
                .containsExactly(Map.entry("dev.example/a", "1"));
    }

    @Test
    void features_are_what_the_binary_says() throws IOException {
        Path able = runtime(
                "able", "echo '{\"mountOptions\":[\"ro\",\"rro\"],\"linux\":{\"namespaces\":[\"pid\",\"user\"]}}'");
        Path poor = runtime("poor", "echo '{\"mountOptions\":[\"ro\"],\"linux\":{\"namespaces\":[\"pid\"]}}'");
        Path silent = runtime("silent", "echo usage: silent COMMAND");

        RuntimeCatalogue found = search(
                handler("able", Map.of("path", able.toString())),
                handler("poor", Map.of("path", poor.toString())),
                handler("silent", Map.of("path", silent.toString())));

        assertThat(found.entries()).extracting(RuntimeEntry::userNamespaces).containsExactly(true, false, false);
        assertThat(found.entries().getFirst().recursiveReadOnlyMounts()).isTrue();
        assertThat(found.entries().subList(1, 3))
                .extracting(RuntimeEntry::recursiveReadOnlyMounts)
                .containsOnly(false);
    }

    @Test
    void a_handler_that_cannot_serve_says_why() {
        assertThatThrownBy(() -> search(handler("x", Map.of("path", "/no/such"))))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("/no/such");
        assertThatThrownBy(() -> search(handler("x", Map.of("pat", "runc"))))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("'pat'");
    }
}
