package io.davit.backend.oci.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProcessTreeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sleep 1000 & echo $!; wait", // a child
                "setsid sh -c 'sleep 1000 & echo $!; wait'", // a grandchild in another session
                "(sleep 1000 & echo $!); sleep 1000", // an orphan of the same session
                "setsid -w sh -c 'set -m; sleep 1000 & echo $!; wait'", // a job with a group of its own
            })
    void whatever_came_from_a_process_ends_with_it(String script) throws IOException {
        Process root = new ProcessBuilder("setsid", "sh", "-c", script).start();
        ProcessIdentity descendant = descendant(root);
        ProcessIdentity identity = ProcessIdentity.of(root.pid()).orElseThrow();

        ProcessTree.kill(identity);

        await().until(() -> !descendant.alive() && !root.isAlive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep 1000 & echo $!; wait"})
    void others_live_on(String script) throws IOException {
        Process other = new ProcessBuilder("sh", "-c", script).start(); // in our own session and group
        Process root = new ProcessBuilder("sh", "-c", script).start();
        ProcessIdentity descendant = descendant(root);
        ProcessIdentity bystander = descendant(other);
        try {
            ProcessTree.kill(ProcessIdentity.of(root.pid()).orElseThrow());

            await().until(() -> !descendant.alive() && !root.isAlive());
            assertThat(List.of(other.isAlive(), bystander.alive())).containsOnly(true);
        } finally {
            ProcessTree.kill(ProcessIdentity.of(other.pid()).orElseThrow());
        }
    }

    private static ProcessIdentity descendant(Process root) throws IOException {
        BufferedReader output = root.inputReader();
        return Optional.ofNullable(output.readLine())
                .map(Long::valueOf)
                .flatMap(ProcessIdentity::of)
                .orElseThrow();
    }
}
