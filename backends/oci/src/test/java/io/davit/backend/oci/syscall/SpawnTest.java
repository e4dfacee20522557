package io.davit.backend.oci.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SpawnTest {
    @TempDir
    Path directory;

    @Test
    void a_child_has_its_environment_directory_and_descriptors_and_nothing_else() {
        String script = "echo $A; pwd; ls /proc/self/fd | tr '\\n' ' '; grep -E 'SigBlk|SigIgn' /proc/self/status";

        Ended ended = run("/bin/sh", List.of("sh", "-c", script), Map.of("A", "ä", "PATH", "/usr/bin:/bin"));

        assertThat(ended.code).isZero();
        // 3 is the directory that ls itself has opened.
        assertThat(ended.output).startsWith("ä\n" + directory + "\n0 1 2 3 ");
        assertThat(ended.output).contains("SigBlk:\t0000000000000000");
        // glibc leaves its own signals 32 and 33 ignored in every child of posix_spawn.
        assertThat(ended.output).containsPattern("SigIgn:\\t0000000[01][08]0000000");
    }

    @Test
    void the_exit_code_is_told() {
        assertThat(run("/bin/sh", List.of("sh", "-c", "exit 7"), Map.of()).code).isEqualTo(7);
    }

    @Test
    void a_signal_is_told_as_128_and_its_number() {
        assertThat(run("/bin/sh", List.of("sh", "-c", "kill -9 $$"), Map.of()).code)
                .isEqualTo(137);
    }

    @Test
    void a_missing_program_is_a_fault_that_names_it() {
        assertThatThrownBy(() -> run("/no/such", List.of("such"), Map.of()))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("/no/such")
                .hasMessageContaining("ENOENT");
    }

    private record Ended(int code, String output) {}

    private Ended run(String program, List<String> arguments, Map<String, String> environment) {
        try (Descriptor.Pipe pipe = Descriptor.pipe()) {
            int out = pipe.writeEnd().number();
            int pid = Spawn.start(new Spawn.Program(
                    Path.of(program), arguments, environment, directory, List.of(Spawn.NULL, out, out)));
            pipe.writeEnd().close();
            StringBuilder text = new StringBuilder();
            byte[] buffer = new byte[4096];
            for (int n = pipe.readEnd().read(buffer); n > 0; n = pipe.readEnd().read(buffer)) {
                text.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
            return new Ended(Spawn.reap(pid), text.toString());
        }
    }
}
