package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.CheckpointContainerRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What is refused, and what stays behind; whether an archive is one, the backend's own tests show. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class CheckpointContainerSpec {
    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    @TempDir
    private Path directory;

    private String container = "";

    @BeforeEach
    void a_running_container() {
        one.pods().pull(TestNode.IMAGE);
        String pod = one.pods().run("web");
        container = one.pods().create(pod, "web", "app", "sleep", "infinity");
        one.pods().start(container);
    }

    @Test
    void an_archive_takes_the_place_of_an_older_one() throws IOException {
        Path archive = Files.writeString(directory.resolve("one.tar"), "old");

        checkpointNow(container, archive);

        assertThat(archive).content().isNotEqualTo("old");
        assertThat(directory)
                .isDirectoryContaining(archive::equals)
                .isDirectoryNotContaining(file -> !file.equals(archive));
        assertThat(one.world().frozen()).isEmpty();
    }

    @Test
    void an_engine_without_checkpoints_says_so_and_nothing_is_written() throws IOException {
        one.script()
                .on(SpiMethod.CONTAINER_CHECKPOINT)
                .failsBefore(new Fault.Kind.Unsupported("a checkpoint", "this engine has no checkpoints"));

        Status status = checkpoint(container, directory.resolve("one.tar").toString(), 0);

        assertThat(status.getCode()).isEqualTo(Code.UNIMPLEMENTED);
        assertThat(status.getDescription()).contains("no checkpoints");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void the_reason_of_a_node_that_cannot_reaches_the_client() {
        one.script()
                .on(SpiMethod.CONTAINER_CHECKPOINT)
                .failsBefore(new Fault.Kind.Refused("no container of this node can be checkpointed", "criu is away"));

        Status status = checkpoint(container, directory.resolve("one.tar").toString(), 0);

        assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).contains("criu is away");
    }

    @Test
    void a_place_that_is_none_is_refused_by_name() {
        for (String location : List.of(
                "", "one.tar", "/", directory + "/absent/one.tar", directory + "/../one.tar", directory.toString())) {
            Status status = checkpoint(container, location, 0);
            assertThat(status.getCode()).as(location).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).contains("location");
        }
    }

    @Test
    void a_negative_timeout_is_refused() {
        Status status = checkpoint(container, directory.resolve("one.tar").toString(), -1);

        assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("timeout");
    }

    @Test
    void a_container_that_does_not_run_is_refused() {
        one.pods().stop(container, 0);

        assertThat(checkpoint(container, directory.resolve("one.tar").toString(), 0)
                        .getCode())
                .isEqualTo(Code.FAILED_PRECONDITION);
    }

    @Test
    void a_container_that_is_not_there_is_not_found() {
        assertThat(checkpoint("f".repeat(64), directory.resolve("one.tar").toString(), 0)
                        .getCode())
                .isEqualTo(Code.NOT_FOUND);
    }

    private void checkpointNow(String id, Path location) {
        var _ = one.node()
                .client()
                .runtime()
                .checkpointContainer(CheckpointContainerRequest.newBuilder()
                        .setContainerId(id)
                        .setLocation(location.toString())
                        .build());
    }

    private Status checkpoint(String id, String location, long timeoutSeconds) {
        CheckpointContainerRequest request = CheckpointContainerRequest.newBuilder()
                .setContainerId(id)
                .setLocation(location)
                .setTimeout(timeoutSeconds)
                .build();
        return Refusal.of(() -> one.node().client().runtime().checkpointContainer(request));
    }
}
