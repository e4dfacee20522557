package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.PodSandboxState;
import io.grpc.Status.Code;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class StopPodSandboxSpec {
    private static final Fault.Kind BUSY = new Fault.Kind.Failed("stopping a sandbox", "device or resource busy");

    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    private String pod = "";

    @BeforeEach
    void runAPod() {
        one.pods().pull(TestNode.IMAGE);
        pod = one.pods().run("web");
    }

    @Test
    void a_stopped_pod_is_not_ready_and_still_listed() {
        one.pods().stopPod(pod);

        assertThat(one.pods().podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        assertThat(one.pods().list()).hasSize(1);
    }

    @Test
    void its_containers_are_killed_without_a_grace_period() {
        String stubborn = one.pods().create(pod, "web", "app", "stubborn");
        String patient = one.pods().create(pod, "web", "side", "sleep", "infinity");
        one.pods().start(stubborn);
        one.pods().start(patient);

        one.pods().stopPod(pod);

        assertThat(one.pods().status(stubborn).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(one.pods().status(stubborn).getExitCode()).isEqualTo(137);
        assertThat(one.pods().status(patient).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(one.script().callsOf(SpiMethod.CONTAINER_STOP))
                .extracting(call -> call.arguments().getLast())
                .containsOnly(GracePeriod.NONE);
    }

    @Test
    void a_pod_is_stopped_again_without_error_and_without_a_call_of_the_engine() {
        one.pods().stopPod(pod);
        one.script().forget();

        one.pods().stopPod(pod);

        assertThat(one.changes()).isEmpty();
    }

    @Test
    void an_unknown_pod_is_stopped() {
        one.pods().stopPod("0".repeat(64));
    }

    @Test
    void an_empty_id_is_invalid() {
        assertThat(Refusal.of(() -> one.pods().stopPod("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void a_stop_that_failed_succeeds_when_it_is_repeated() {
        one.script().on(SpiMethod.SANDBOX_STOP).failsBefore(BUSY);
        assertThat(Refusal.of(() -> one.pods().stopPod(pod)).getDescription()).contains("busy");

        one.pods().stopPod(pod);

        assertThat(one.pods().podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
    }

    @Test
    void a_stop_that_failed_half_way_succeeds_when_it_is_repeated() {
        one.script().on(SpiMethod.SANDBOX_STOP).failsAfter(BUSY);
        Refusal.of(() -> one.pods().stopPod(pod));

        one.pods().stopPod(pod);

        assertThat(one.pods().podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
    }

    @Test
    void a_container_that_cannot_be_stopped_keeps_the_pod_from_being_stopped_until_it_can() {
        String container = one.pods().create(pod, "web", "app", "sleep", "infinity");
        one.pods().start(container);
        one.script().on(SpiMethod.CONTAINER_STOP).failsBefore(BUSY);
        Refusal.of(() -> one.pods().stopPod(pod));

        one.pods().stopPod(pod);

        assertThat(one.pods().status(container).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    }

    @Test
    void the_pod_and_its_address_are_known_by_the_beginning_of_the_id() {
        one.pods().stopPod(pod.substring(0, 12));

        assertThat(one.pods().podStatus(pod.substring(0, 12)).getId()).isEqualTo(pod);
        assertThat(one.pods().podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
    }
}
