package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.Hold;
import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.Fault;
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
class RemoveContainerSpec {
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
    void a_created_container_is_removed() {
        String id = one.pods().create(pod, "web", "app", "true");

        one.pods().remove(id);

        assertIsGone(id);
    }

    @Test
    void a_running_container_is_killed_and_removed_but_for_its_log() {
        String id = one.pods().create(pod, "web", "app", "stubborn");
        one.pods().start(id);
        Path log = Path.of(one.pods().status(id).getLogPath());

        one.pods().remove(id);

        assertIsGone(id);
        assertThat(Files.exists(log)).isTrue();
    }

    @Test
    void a_container_is_removed_again_without_error() {
        String id = one.pods().create(pod, "web", "app", "true");
        one.pods().remove(id);

        one.pods().remove(id);
        one.pods().remove("0".repeat(64));
    }

    @Test
    void an_empty_id_is_invalid() {
        assertThat(Refusal.of(() -> one.pods().remove("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void its_name_is_free_afterwards() {
        String id = one.pods().create(pod, "web", "app", "true");
        one.pods().remove(id);

        assertThat(one.pods().create(pod, "web", "app", "true")).isNotEqualTo(id);
    }

    @Test
    void a_removal_that_failed_is_finished_by_the_next_call() {
        String id = one.pods().create(pod, "web", "app", "true");
        one.script().on(SpiMethod.CONTAINER_REMOVE).failsBefore(BUSY);
        assertThat(Refusal.of(() -> one.pods().remove(id)).getDescription()).contains("busy");
        assertThat(one.pods().listContainers()).hasSize(1);

        one.pods().remove(id);

        assertIsGone(id);
    }

    @Test
    void a_removal_that_failed_half_way_is_finished_by_the_next_call() {
        String id = one.pods().create(pod, "web", "app", "sleep", "infinity");
        one.pods().start(id);
        one.script().on(SpiMethod.CONTAINER_REMOVE).failsAfter(BUSY);
        Refusal.of(() -> one.pods().remove(id));

        one.pods().remove(id);

        assertIsGone(id);
    }

    @Test
    void removals_at_the_same_time_all_succeed() throws Exception {
        String id = one.pods().create(pod, "web", "app", "true");
        Hold hold = one.script().on(SpiMethod.CONTAINER_REMOVE).holdsBefore();
        Background<Boolean> first = Background.run(() -> one.pods().remove(id));
        hold.awaitArrival();
        Background<Boolean> second = Background.run(() -> one.pods().remove(id));

        hold.release();

        first.answer();
        second.answer();
        assertIsGone(id);
    }

    @Test
    void a_pod_can_be_removed_while_its_container_is() throws Exception {
        String id = one.pods().create(pod, "web", "app", "true");
        Hold hold = one.script().on(SpiMethod.CONTAINER_REMOVE).holdsBefore();
        Background<Boolean> container = Background.run(() -> one.pods().remove(id));
        hold.awaitArrival();
        Background<Boolean> whole = Background.run(() -> one.pods().removePod(pod));

        hold.release();

        container.answer();
        whole.answer();
        assertThat(one.world().objects()).isEmpty();
    }

    private void assertIsGone(String id) {
        assertThat(one.pods().listContainers()).isEmpty();
        assertThat(one.world().objects()).containsExactly(pod);
        assertThat(Refusal.of(() -> one.pods().status(id)).getCode()).isEqualTo(Code.NOT_FOUND);
    }
}
