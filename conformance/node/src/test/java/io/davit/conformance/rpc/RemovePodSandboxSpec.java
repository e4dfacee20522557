package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.Hold;
import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.Fault;
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
class RemovePodSandboxSpec {
    private static final Fault.Kind BUSY = new Fault.Kind.Failed("removing", "device or resource busy");

    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    private String pod = "";

    @BeforeEach
    void runAPod() {
        one.pods().pull(TestNode.IMAGE);
        pod = one.pods().run("web");
    }

    @Test
    void a_stopped_pod_is_removed() {
        one.pods().stopPod(pod);

        one.pods().removePod(pod);

        assertPodIsGone();
    }

    @Test
    void a_running_pod_is_removed_with_its_containers() {
        one.pods().start(one.pods().create(pod, "web", "app", "stubborn"));
        one.pods().create(pod, "web", "side", "sleep", "infinity");

        one.pods().removePod(pod);

        assertPodIsGone();
        assertThat(one.pods().listContainers()).isEmpty();
    }

    @Test
    void a_pod_is_removed_again_without_error() {
        one.pods().removePod(pod);

        one.pods().removePod(pod);
    }

    @Test
    void an_unknown_pod_is_removed() {
        one.pods().removePod("0".repeat(64));
    }

    @Test
    void an_empty_id_is_invalid() {
        assertThat(Refusal.of(() -> one.pods().removePod("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(one.pods().list()).hasSize(1);
    }

    @Test
    void its_name_is_free_afterwards() {
        one.pods().removePod(pod);

        assertThat(one.pods().run("web")).isNotEqualTo(pod);
    }

    @Test
    void a_pod_whose_removal_failed_is_listed_as_not_ready_and_removed_by_the_next_call() {
        one.script().on(SpiMethod.SANDBOX_REMOVE).failsBefore(BUSY);
        assertThat(Refusal.of(() -> one.pods().removePod(pod)).getDescription()).contains("busy");
        assertThat(one.pods().podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);

        one.pods().removePod(pod);

        assertPodIsGone();
    }

    @Test
    void a_removal_that_failed_half_way_is_finished_by_the_next_call() {
        one.script().on(SpiMethod.SANDBOX_REMOVE).failsAfter(BUSY);
        Refusal.of(() -> one.pods().removePod(pod));

        one.pods().removePod(pod);

        assertPodIsGone();
    }

    @Test
    void a_container_that_cannot_be_removed_keeps_its_pod_until_it_can() {
        String container = one.pods().create(pod, "web", "app", "sleep", "infinity");
        one.pods().start(container);
        one.script().on(SpiMethod.CONTAINER_REMOVE).failsBefore(BUSY);
        Refusal.of(() -> one.pods().removePod(pod));
        assertThat(one.pods().list()).hasSize(1);

        one.pods().removePod(pod);

        assertPodIsGone();
        assertThat(one.pods().listContainers()).isEmpty();
    }

    @Test
    void removals_at_the_same_time_all_succeed() throws Exception {
        Hold hold = one.script().on(SpiMethod.SANDBOX_REMOVE).holdsBefore();
        Background<Boolean> first = Background.run(() -> one.pods().removePod(pod));
        hold.awaitArrival();
        Background<Boolean> second = Background.run(() -> one.pods().removePod(pod));

        hold.release();

        first.answer();
        second.answer();
        assertPodIsGone();
    }

    @Test
    void a_new_pod_of_that_name_waits_for_the_removal_under_way() throws Exception {
        Hold hold = one.script().on(SpiMethod.SANDBOX_REMOVE).holdsBefore();
        Background<Boolean> removal = Background.run(() -> one.pods().removePod(pod));
        hold.awaitArrival();
        Background<String> next = Background.call(() -> one.pods().run("web"));

        hold.release();

        removal.answer();
        assertThat(one.pods().podStatus(next.answer()).getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    }

    private void assertPodIsGone() {
        assertThat(one.pods().list()).isEmpty();
        assertThat(one.world().objects()).isEmpty();
        assertThat(Refusal.of(() -> one.pods().podStatus(pod)).getCode()).isEqualTo(Code.NOT_FOUND);
    }
}
