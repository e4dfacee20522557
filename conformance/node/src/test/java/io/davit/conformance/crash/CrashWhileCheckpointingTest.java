package io.davit.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.memory.Hold;
import io.davit.backend.memory.Script;
import io.davit.backend.memory.SpiMethod;
import io.davit.backend.memory.World;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.PodCheckpoints;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** CheckpointPod with the daemon killed when the archives lie in the client's directory, and before it could say so. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class CrashWhileCheckpointingTest {
    @TempDir
    private Path root;

    private final World world = new World();
    private Path output = Path.of("");
    private Path left = Path.of("");
    private String pod = "";
    private String app = "";

    @BeforeEach
    void a_daemon_dies_while_it_writes_a_pod() throws Exception {
        output = Files.createDirectory(root.resolve("output"));
        left = root.resolve("second");
        TestNode node = TestNode.start(root.resolve("first"), world, new Script());
        node.pods().pull(TestNode.IMAGE);
        pod = node.pods().run("web");
        app = node.pods().create(pod, "web", "app", "sleep", "infinity");
        node.pods().start(app);
        PodCheckpoints checkpoints = new PodCheckpoints(node);
        Hold hold = node.script().on(SpiMethod.CONTAINER_CHECKPOINT).holdsAfter();
        Background<Boolean> call =
                Background.run(() -> Refusal.of(() -> checkpoints.write(checkpoints.request(pod, output, app))));
        hold.awaitArrival();
        assertThat(output.resolve(app + ".tar")).exists();
        node.crash(left);
        hold.release();
        call.answer();
        // The daemon of a test goes on, to a good end or to an empty directory; one that is killed does neither.
        await().untilAsserted(() ->
                assertThat(root.resolve("first/persistent/records/checkpoints")).isEmptyDirectory());
        Files.deleteIfExists(output.resolve("pod.json"));
        Files.writeString(output.resolve(app + ".tar"), "half");
    }

    @Test
    void the_next_one_deletes_what_is_there_of_it_and_nothing_else() throws IOException {
        Path other = Files.writeString(output.resolve("of-somebody-else"), "");
        Files.writeString(output.resolve("pod.tmp"), "ha");

        try (TestNode next = TestNode.start(left, world, new Script())) {
            assertThat(output.toFile().list()).containsExactly("of-somebody-else");

            Files.delete(other);
            PodCheckpoints checkpoints = new PodCheckpoints(next);
            checkpoints.write(checkpoints.request(pod, output, app));
            assertThat(output.toFile().list()).containsExactlyInAnyOrder("pod.json", app + ".tar");
            NodeExtension.removeEverything(next);
        }
    }

    @Test
    void a_checkpoint_that_was_whole_by_then_stays() throws IOException {
        Files.writeString(output.resolve("pod.json"), "{}");

        try (TestNode next = TestNode.start(left, world, new Script())) {
            assertThat(output.toFile().list()).containsExactlyInAnyOrder("pod.json", app + ".tar");
            NodeExtension.removeEverything(next);
        }
    }

    @Test
    void a_client_that_has_taken_its_directory_away_is_not_given_one() throws IOException {
        Files.delete(output.resolve(app + ".tar"));
        Files.delete(output);

        try (TestNode next = TestNode.start(left, world, new Script())) {
            assertThat(output).doesNotExist();
            NodeExtension.removeEverything(next);
        }
    }
}
