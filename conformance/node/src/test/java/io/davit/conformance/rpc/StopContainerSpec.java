package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.Hold;
import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.client.Requests;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.Signal;
import io.davit.cri.v1.StopContainerRequest;
import io.grpc.Status.Code;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class StopContainerSpec {
    private static final Fault.Kind GONE_SILENT = new Fault.Kind.Failed("stopping", "the monitor is silent");

    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    private String pod = "";

    @BeforeEach
    void runAPod() {
        one.pods().pull(TestNode.IMAGE);
        pod = one.pods().run("web");
    }

    @Test
    void the_exit_is_visible_when_the_call_returns() {
        String id = running("sleep", "infinity");

        one.pods().stop(id, 600);

        assertThat(one.pods().status(id).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(one.pods().status(id).getExitCode()).isEqualTo(143);
        assertThat(one.pods().status(id).getFinishedAt()).isPositive();
    }

    @Test
    void one_that_ignores_the_signal_is_killed_after_its_grace_period() {
        String id = running("stubborn");

        one.pods().stop(id, 1);

        assertThat(one.pods().status(id).getExitCode()).isEqualTo(137);
    }

    @Test
    void a_second_call_with_a_shorter_grace_period_shortens_the_first() throws Exception {
        String id = running("stubborn");
        Background<Boolean> patient = Background.run(() -> one.pods().stop(id, 600));
        Awaitility.await()
                .until(() -> one.script().callsOf(SpiMethod.CONTAINER_STOP).size() == 1);

        one.pods().stop(id, 0);

        patient.answer();
        assertThat(one.pods().status(id).getExitCode()).isEqualTo(137);
    }

    @Test
    void a_stop_in_the_middle_of_a_start_waits_for_it_and_then_stops() throws Exception {
        String id = one.pods().create(pod, "web", "app", "sleep", "infinity");
        Hold hold = one.script().on(SpiMethod.CONTAINER_START).holdsBefore();
        Background<Boolean> start = Background.run(() -> one.pods().start(id));
        hold.awaitArrival();
        Background<Boolean> stop = Background.run(() -> one.pods().stop(id, 600));

        hold.release();

        start.answer();
        stop.answer();
        assertThat(one.pods().status(id).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(one.pods().status(id).getExitCode()).isEqualTo(143);
    }

    @Test
    void status_and_list_answer_while_a_stop_waits() throws Exception {
        String id = running("stubborn");
        Background<Boolean> patient = Background.run(() -> one.pods().stop(id, 600));
        Awaitility.await()
                .until(() -> one.script().callsOf(SpiMethod.CONTAINER_STOP).size() == 1);

        assertThat(one.pods().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(one.pods().listContainers()).hasSize(1);
        assertThat(one.pods().exec(id, 5, "echo", "hello").getStdout().toStringUtf8())
                .isEqualTo("hello\n");

        one.pods().stop(id, 0);
        patient.answer();
    }

    @Test
    void a_stop_whose_client_has_left_goes_on() {
        String id = running("stubborn");

        Code code = Refusal.of(() -> one.node()
                        .client()
                        .runtime()
                        .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                        .stopContainer(StopContainerRequest.newBuilder()
                                .setContainerId(id)
                                .setTimeout(1)
                                .build()))
                .getCode();

        assertThat(code).isEqualTo(Code.DEADLINE_EXCEEDED);
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(one.pods().status(id).getExitCode()).isEqualTo(137));
    }

    @Test
    void a_container_that_does_not_run_is_stopped_without_a_call_of_the_engine() {
        String created = one.pods().create(pod, "web", "app", "true");
        String exited = running("sleep", "infinity");
        one.pods().stop(exited, 0);
        one.script().forget();

        one.pods().stop(created, 600);
        one.pods().stop(exited, 600);

        assertThat(one.changes()).isEmpty();
        assertThat(one.pods().status(created).getState()).isEqualTo(ContainerState.CONTAINER_CREATED);
        assertThat(one.pods().status(exited).getExitCode()).isEqualTo(137);
    }

    @Test
    void an_unknown_container_is_stopped_but_an_empty_id_is_invalid() {
        one.pods().stop("0".repeat(64), 600);

        assertThat(Refusal.of(() -> one.pods().stop("", 600)).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void a_negative_grace_period_is_invalid() {
        String id = running("stubborn");

        assertThat(Refusal.of(() -> one.pods().stop(id, -1)).getCode()).isEqualTo(Code.INVALID_ARGUMENT);

        assertThat(one.pods().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void a_stop_that_failed_succeeds_when_it_is_repeated() {
        String id = running("sleep", "infinity");
        one.script().on(SpiMethod.CONTAINER_STOP).failsBefore(GONE_SILENT);
        assertThat(Refusal.of(() -> one.pods().stop(id, 600)).getDescription()).contains("silent");

        one.pods().stop(id, 600);

        assertThat(one.pods().status(id).getExitCode()).isEqualTo(143);
    }

    @Test
    void the_signal_of_the_request_is_sent() {
        String id = one.pods()
                .create(
                        pod,
                        "web",
                        Requests.container("app", TestNode.IMAGE, List.of("sleep", "infinity")).toBuilder()
                                .setStopSignal(Signal.SIGNAL_SIGUSR1)
                                .build());
        one.pods().start(id);

        one.pods().stop(id, 600);

        assertThat(one.pods().status(id).getExitCode()).isEqualTo(128 + 10);
        assertThat(one.pods().status(id).getStopSignal()).isEqualTo(Signal.SIGNAL_SIGUSR1);
    }

    private String running(String... command) {
        String id =
                one.pods().create(pod, "web", "c" + one.pods().listContainers().size(), command);
        one.pods().start(id);
        return id;
    }
}
