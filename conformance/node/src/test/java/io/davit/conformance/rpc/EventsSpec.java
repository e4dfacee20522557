package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.backend.memory.Hold;
import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.ContainerEventResponse;
import io.davit.cri.v1.ContainerEventType;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.GetEventsRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens by itself is seen, and told to who wants to hear it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class EventsSpec {
    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    @BeforeEach
    void pull() {
        one.pods().pull(TestNode.IMAGE);
    }

    @Test
    void a_container_that_ends_by_itself_is_seen_exited() {
        String pod = one.pods().run("web");
        String container = running(pod, "app");

        one.world().end(new ContainerId(container), 3, Instant.now());

        awaitExit(container);
        assertThat(one.pods().status(container).getExitCode()).isEqualTo(3);
    }

    @Test
    void when_the_engine_cannot_be_reached_the_daemon_tries_until_it_can() {
        Fault.Kind down = new Fault.Kind.Unreachable("the engine", "connection refused");
        String pod = one.pods().run("web");
        String container = running(pod, "app");
        one.script().on(SpiMethod.SIGHTINGS).failsBefore(down);
        one.script().on(SpiMethod.WATCH).failsBefore(down);

        one.world().loseWatchers();
        one.world().end(new ContainerId(container), 3, Instant.now());

        // Failed once to look and once to watch, and then did both.
        await().until(() -> one.script().callsOf(SpiMethod.WATCH).size() == 3);
        awaitExit(container);
    }

    @Test
    void a_container_that_is_removed_while_it_runs_does_not_disturb_the_watch() {
        String pod = one.pods().run("web");
        for (int i = 0; i < 20; i++) one.pods().remove(running(pod, "app"));

        assertThat(one.script().callsOf(SpiMethod.WATCH)).hasSize(1);
    }

    @Test
    void a_subscriber_hears_of_a_whole_life_in_its_order() throws Exception {
        List<ContainerEventResponse> heard = new CopyOnWriteArrayList<>();
        Background<Code> listening = Background.call(() -> listen(heard));
        awaitSubscription(heard);
        heard.clear();

        String pod = one.pods().run("web");
        String container = running(pod, "app");
        one.pods().stop(container, 600);
        one.pods().remove(container);
        one.pods().stopPod(pod);
        one.pods().removePod(pod);

        await().untilAsserted(() -> assertThat(typesOf(heard, pod))
                .containsExactly(
                        ContainerEventType.CONTAINER_CREATED_EVENT,
                        ContainerEventType.CONTAINER_STARTED_EVENT,
                        ContainerEventType.CONTAINER_STOPPED_EVENT,
                        ContainerEventType.CONTAINER_DELETED_EVENT));
        assertThat(typesOf(heard, container))
                .containsExactly(
                        ContainerEventType.CONTAINER_CREATED_EVENT,
                        ContainerEventType.CONTAINER_STARTED_EVENT,
                        ContainerEventType.CONTAINER_STOPPED_EVENT,
                        ContainerEventType.CONTAINER_DELETED_EVENT);
        ContainerEventResponse stopped = heard.stream()
                .filter(event -> event.getContainerId().equals(container))
                .filter(event -> event.getContainerEventType() == ContainerEventType.CONTAINER_STOPPED_EVENT)
                .findFirst()
                .orElseThrow();
        assertThat(stopped.getPodSandboxStatus().getId()).isEqualTo(pod);
        assertThat(stopped.getContainersStatuses(0).getExitCode()).isEqualTo(143);
        assertThat(stopped.getCreatedAt()).isPositive();
        one.node().client().close();
        assertThat(listening.answer()).isIn(Code.UNAVAILABLE, Code.CANCELLED);
        one.restart();
    }

    @Test
    void a_start_is_told_also_when_its_process_ends_before_the_engine_has_answered() throws Exception {
        List<ContainerEventResponse> heard = new CopyOnWriteArrayList<>();
        Background<Code> _ = Background.call(() -> listen(heard));
        awaitSubscription(heard);
        String container = one.pods().create(one.pods().run("web"), "web", "app", "sleep", "infinity");
        Hold answer = one.script().on(SpiMethod.CONTAINER_START).holdsAfter();
        Background<Boolean> starting = Background.call(() -> {
            one.pods().start(container);
            return true;
        });
        answer.awaitArrival();

        one.world().end(new ContainerId(container), 3, Instant.now());
        awaitExit(container);
        answer.release();

        assertThat(starting.answer()).isTrue();
        one.pods().remove(container);
        await().untilAsserted(() -> assertThat(typesOf(heard, container))
                .containsExactly(
                        ContainerEventType.CONTAINER_CREATED_EVENT,
                        ContainerEventType.CONTAINER_STARTED_EVENT,
                        ContainerEventType.CONTAINER_STOPPED_EVENT,
                        ContainerEventType.CONTAINER_DELETED_EVENT));
    }

    private Code listen(List<ContainerEventResponse> heard) {
        try {
            Iterator<ContainerEventResponse> events =
                    one.node().client().runtime().getContainerEvents(GetEventsRequest.getDefaultInstance());
            events.forEachRemaining(heard::add);
            return Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    /** Nothing tells that a subscription has begun, but that something was heard. */
    private void awaitSubscription(List<ContainerEventResponse> heard) {
        await().until(() -> {
            one.pods().removePod(one.pods().run("probe"));
            return !heard.isEmpty();
        });
        String last = one.pods().run("last-probe");
        one.pods().removePod(last);
        await().until(() -> typesOf(heard, last).contains(ContainerEventType.CONTAINER_DELETED_EVENT));
    }

    private static List<ContainerEventType> typesOf(List<ContainerEventResponse> heard, String id) {
        return heard.stream()
                .filter(event -> event.getContainerId().equals(id))
                .map(ContainerEventResponse::getContainerEventType)
                .toList();
    }

    private String running(String pod, String name) {
        String id = one.pods().create(pod, "web", name, "sleep", "infinity");
        one.pods().start(id);
        return id;
    }

    private void awaitExit(String container) {
        await().untilAsserted(() ->
                assertThat(one.pods().status(container).getState()).isEqualTo(ContainerState.CONTAINER_EXITED));
    }
}
