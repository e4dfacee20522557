package io.davit.core.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DirectoryLockTest {
    @TempDir
    private Path parent;

    @Test
    void the_directory_is_made_for_its_owner_only_and_names_the_holder() throws IOException {
        Path directory = parent.resolve("a/b");
        try (var _ = DirectoryLock.take(directory)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx------");
            assertThat(directory.resolve("lock"))
                    .hasContent(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void a_lock_that_was_released_can_be_taken_again() {
        DirectoryLock.take(parent).close();
        DirectoryLock.take(parent).close();
    }

    @Test
    void a_second_daemon_is_told_the_pid_of_the_first() throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process first = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), Holder.class.getName(), parent.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(first.inputReader().readLine()).isEqualTo("locked");

            assertThatThrownBy(() -> DirectoryLock.take(parent))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("process " + first.pid())
                    .hasMessageContaining("stop that daemon first");
        } finally {
            first.destroyForcibly().waitFor();
        }
        DirectoryLock.take(parent).close();
    }

    /** Another daemon: holds the lock until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (var _ = DirectoryLock.take(Path.of(arguments[0]))) {
                System.out.println("locked");
                int _ = System.in.read();
            }
        }
    }
}
