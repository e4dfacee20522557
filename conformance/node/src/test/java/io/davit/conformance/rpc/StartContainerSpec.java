package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStatus;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class StartContainerSpec {
    private static final Fault.Kind NO_CGROUP = new Fault.Kind.Failed("starting", "no such cgroup");

    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    private String pod = "";

    @BeforeEach
    void runAPod() {
        one.pods().pull(TestNode.IMAGE);
        pod = one.pods().run("web");
    }

    @Test
    void a_started_container_runs_and_its_log_is_there() {
        String id = one.pods().create(pod, "web", "app", "sleep", "infinity");

        one.pods().start(id);

        ContainerStatus status = one.pods().status(id);
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(status.getStartedAt()).isGreaterThanOrEqualTo(status.getCreatedAt());
        assertThat(Files.exists(Path.of(status.getLogPath()))).isTrue();
    }

    @Test
    void a_container_that_ends_by_itself_is_seen_exited_with_its_code() {
        String id = one.pods().create(pod, "web", "app", "exit", "3");

        one.pods().start(id);

        await().untilAsserted(
                        () -> assertThat(one.pods().status(id).getState()).isEqualTo(ContainerState.CONTAINER_EXITED));
        ContainerStatus status = one.pods().status(id);
        assertThat(status.getExitCode()).isEqualTo(3);
        assertThat(status.getReason()).isEqualTo("Error");
        assertThat(status.getStartedAt()).isPositive();
        assertThat(status.getFinishedAt()).isGreaterThanOrEqualTo(status.getStartedAt());
    }

    @Test
    void a_container_that_ends_well_has_completed() {
        String id = one.pods().create(pod, "web", "app", "true");

        one.pods().start(id);

        await().untilAsserted(
                        () -> assertThat(one.pods().status(id).getReason()).isEqualTo("Completed"));
    }

    @Test
    void a_program_that_is_missing_is_named_and_the_container_has_a_start_error() {
        String id = one.pods().create(pod, "web", "app", "/no/such/program");

        Status refusal = Refusal.of(() -> one.pods().start(id));

        assertThat(refusal.getDescription()).contains("/no/such/program");
        ContainerStatus status = one.pods().status(id);
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(status.getExitCode()).isEqualTo(128);
        assertThat(status.getReason()).isEqualTo("StartError");
        assertThat(status.getMessage()).contains("/no/such/program");
    }

    @Test
    void a_fault_of_the_engine_is_a_start_error_and_the_container_can_be_removed() {
        String id = one.pods().create(pod, "web", "app", "sleep", "infinity");
        one.script().on(SpiMethod.CONTAINER_START).failsBefore(NO_CGROUP);

        assertThat(Refusal.of(() -> one.pods().start(id)).getDescription()).contains("no such cgroup");

        assertThat(one.pods().status(id).getReason()).isEqualTo("StartError");
        one.pods().remove(id);
        assertThat(one.world().objects()).containsExactly(pod);
    }

    @Test
    void a_fault_after_the_process_was_started_leaves_no_process_once_it_was_removed() {
        String id = one.pods().create(pod, "web", "app", "stubborn");
        one.script().on(SpiMethod.CONTAINER_START).failsAfter(NO_CGROUP);

        Refusal.of(() -> one.pods().start(id));

        assertThat(one.pods().status(id).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        one.pods().remove(id);
        assertThat(one.world().objects()).containsExactly(pod);
    }

    @Test
    void a_container_is_started_only_once() {
        String id = one.pods().create(pod, "web", "app", "sleep", "infinity");
        one.pods().start(id);

        Status refusal = Refusal.of(() -> one.pods().start(id));

        assertThat(refusal.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(one.pods().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void an_exited_container_is_not_started_again() {
        String id = one.pods().create(pod, "web", "app", "sleep", "infinity");
        one.pods().start(id);
        one.pods().stop(id, 0);

        assertThat(Refusal.of(() -> one.pods().start(id)).getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    }

    @Test
    void nothing_is_started_in_a_pod_that_was_stopped() {
        String id = one.pods().create(pod, "web", "app", "sleep", "infinity");
        one.pods().stopPod(pod);

        assertThat(Refusal.of(() -> one.pods().start(id)).getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    }

    @Test
    void an_unknown_container_is_not_found_and_an_empty_id_is_invalid() {
        assertThat(Refusal.of(() -> one.pods().start("0".repeat(64))).getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(Refusal.of(() -> one.pods().start("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }
}
