package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.memory.Hold;
import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.PodCheckpoints;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.CheckpointPodRequest;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.RuntimeServiceGrpc;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A pod is written down whole or not at all, and never stands still afterwards. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class CheckpointPodSpec {
    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    @TempDir
    private Path output;

    private String pod = "";
    private String app = "";
    private String side = "";

    @BeforeEach
    void a_pod_with_two_running_containers() {
        one.pods().pull(TestNode.IMAGE);
        pod = one.pods().run("web");
        app = running(pod, "web", "app");
        side = running(pod, "web", "side");
    }

    private String running(String in, String podName, String name) {
        String id = one.pods().create(in, podName, name, "sleep", "infinity");
        one.pods().start(id);
        return id;
    }

    private PodCheckpoints checkpoints() {
        return new PodCheckpoints(one.node());
    }

    @Test
    void it_has_an_archive_for_each_container_and_says_what_it_is_of() {
        checkpoints().write(checkpoints().request(pod, output, app, side));

        assertThat(output.toFile().list()).containsExactlyInAnyOrder("pod.json", app + ".tar", side + ".tar");
        assertThat(output.resolve("pod.json")).content().contains("\"app\"", "\"side\"", pod);
        assertThat(one.world().frozen()).isEmpty();
        assertThat(one.pods().status(app).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void a_failure_leaves_the_directory_empty_and_everything_running() {
        one.script()
                .on(SpiMethod.CONTAINER_CHECKPOINT)
                .failsAfter(new Fault.Kind.Refused("no container of this node can be checkpointed", "criu is away"));

        Status status = refused(checkpoints().request(pod, output, app, side));

        assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(status.getDescription()).contains("criu is away");
        assertThat(output).isEmptyDirectory();
        assertThat(one.world().frozen()).isEmpty();
    }

    @Test
    void a_client_that_leaves_stops_the_work_and_leaves_nothing() throws Exception {
        Hold hold = one.script().on(SpiMethod.CONTAINER_CHECKPOINT).holdsAfter();
        Context.CancellableContext client = Context.current().withCancellation();
        CheckpointPodRequest request =
                checkpoints().request(pod, output, app, side).build();
        Background<Boolean> call = Background.run(() ->
                client.run(() -> Refusal.of(() -> one.node().client().runtime().checkpointPod(request))));
        hold.awaitArrival();

        client.cancel(null);

        hold.awaitInterrupt();
        call.answer();
        await().untilAsserted(() -> assertThat(output).isEmptyDirectory());
        await().untilAsserted(() -> checkpoints().write(request.toBuilder()));
    }

    @Test
    void what_a_dead_daemon_left_standing_still_runs_on_when_the_next_one_serves() throws IOException {
        one.world().freeze(new ContainerId(app));
        one.world().freeze(new ContainerId(side));

        one.restart();

        assertThat(one.world().frozen()).isEmpty();
    }

    @Test
    void a_call_without_a_deadline_is_refused() {
        var stub = RuntimeServiceGrpc.newBlockingStub(one.node().client().channel());

        Status status = Refusal.of(
                () -> stub.checkpointPod(checkpoints().request(pod, output, app).build()));

        assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("deadline");
    }

    @Test
    void a_directory_that_is_not_empty_is_refused_and_left_alone() throws IOException {
        Path file = Files.writeString(output.resolve("mine"), "x");

        Status status = refused(checkpoints().request(pod, output, app));

        assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("output_path").contains("mine");
        assertThat(file).exists();
    }

    @Test
    void bad_fields_are_named() {
        assertInvalid(checkpoints().request(pod, output), "container_ids");
        assertInvalid(checkpoints().request(pod, output, app, app), "container_ids");
        assertInvalid(checkpoints().request(pod, output.resolve("absent"), app), "output_path");
        assertInvalid(checkpoints().request(pod, Path.of("relative"), app), "output_path");
        assertInvalid(checkpoints().request(pod, output, app).putOptions("fast", "1"), "'fast'");
    }

    @Test
    void a_container_of_another_sandbox_is_refused() {
        String stranger = running(one.pods().run("db"), "db", "app");

        assertInvalid(checkpoints().request(pod, output, app, stranger), "container_ids");
    }

    @Test
    void all_of_them_must_run_in_a_ready_sandbox() {
        one.pods().stop(side, 0);
        assertThat(refused(checkpoints().request(pod, output, app, side)).getCode())
                .isEqualTo(Code.FAILED_PRECONDITION);

        one.pods().stopPod(pod);
        assertThat(refused(checkpoints().request(pod, output, app)).getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(one.script().callsOf(SpiMethod.CONTAINER_CHECKPOINT)).isEmpty();
    }

    @Test
    void what_is_not_there_is_not_found() {
        String nobody = "f".repeat(64);

        assertThat(refused(checkpoints().request(nobody, output, app)).getCode())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(refused(checkpoints().request(pod, output, nobody)).getCode())
                .isEqualTo(Code.NOT_FOUND);
    }

    private void assertInvalid(CheckpointPodRequest.Builder request, String field) {
        Status status = refused(request);
        assertThat(status.getCode()).as(field).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains(field);
        assertThat(output).isEmptyDirectory();
    }

    private Status refused(CheckpointPodRequest.Builder request) {
        return Refusal.of(() -> checkpoints().write(request));
    }
}
