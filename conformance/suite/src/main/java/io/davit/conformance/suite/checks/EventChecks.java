package io.davit.conformance.suite.checks;

import static io.davit.cri.v1.ContainerEventType.CONTAINER_CREATED_EVENT;
import static io.davit.cri.v1.ContainerEventType.CONTAINER_DELETED_EVENT;
import static io.davit.cri.v1.ContainerEventType.CONTAINER_STARTED_EVENT;
import static io.davit.cri.v1.ContainerEventType.CONTAINER_STOPPED_EVENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerEventResponse;
import io.davit.cri.v1.ContainerEventType;
import io.davit.cri.v1.ContainerState;
import java.util.List;
import org.junit.jupiter.api.Test;

@Feature("Events")
final class EventChecks {
    private final Workbench bench;

    EventChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "GetContainerEvents", says = "A sandbox tells that it was created, started, stopped and deleted.")
    void the_life_of_a_sandbox_is_told() throws Exception {
        try (Subscription events = Subscription.open(bench)) {
            Pod pod = bench.runPod();
            pod.stop();
            pod.remove();
            assertThat(types(events.until(pod.id(), CONTAINER_DELETED_EVENT), pod.id()))
                    .containsExactly(
                            CONTAINER_CREATED_EVENT,
                            CONTAINER_STARTED_EVENT,
                            CONTAINER_STOPPED_EVENT,
                            CONTAINER_DELETED_EVENT);
        }
    }

    @Test
    @Contract(rpc = "GetContainerEvents", says = "A container tells that it was created, started, stopped and deleted.")
    void the_life_of_a_container_is_told() throws Exception {
        try (Subscription events = Subscription.open(bench)) {
            Container container = bench.runPod().run(bench.command("true"));
            var _ = container.awaitExit();
            container.remove();
            assertThat(types(events.until(container.id(), CONTAINER_DELETED_EVENT), container.id()))
                    .containsExactly(
                            CONTAINER_CREATED_EVENT,
                            CONTAINER_STARTED_EVENT,
                            CONTAINER_STOPPED_EVENT,
                            CONTAINER_DELETED_EVENT);
        }
    }

    @Test
    @Contract(rpc = "GetContainerEvents", says = "An event carries the status of the pod and of all its containers.")
    void an_event_carries_the_pod_as_it_was() throws Exception {
        try (Subscription events = Subscription.open(bench)) {
            Pod pod = bench.runPod();
            Container other = pod.create(bench.idle());
            Container container = pod.run(bench.script("exit 7"));
            var _ = container.awaitExit();
            ContainerEventResponse stopped =
                    events.until(container.id(), CONTAINER_STOPPED_EVENT).getLast();
            assertThat(stopped.getPodSandboxStatus().getId()).isEqualTo(pod.id());
            assertThat(stopped.getPodSandboxStatus().getMetadata())
                    .isEqualTo(pod.config().getMetadata());
            assertThat(stopped.getContainersStatusesList())
                    .extracting(status -> status.getId())
                    .containsExactlyInAnyOrder(other.id(), container.id());
            assertThat(stopped.getContainersStatusesList())
                    .filteredOn(status -> status.getId().equals(container.id()))
                    .allSatisfy(status -> {
                        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
                        assertThat(status.getExitCode()).isEqualTo(7);
                    });
        }
    }

    @Test
    @Contract(rpc = "GetContainerEvents", says = "Times of events are set, and do not go backwards within a pod.")
    void events_come_in_their_order() throws Exception {
        try (Subscription events = Subscription.open(bench)) {
            Pod pod = bench.runPod();
            Container container = pod.run(bench.command("true"));
            var _ = container.awaitExit();
            pod.remove();
            List<ContainerEventResponse> mine = events.until(pod.id(), CONTAINER_DELETED_EVENT).stream()
                    .filter(event -> event.getContainerId().equals(pod.id())
                            || event.getContainerId().equals(container.id()))
                    .toList();
            assertThat(mine)
                    .extracting(ContainerEventResponse::getCreatedAt)
                    .isSorted()
                    .allMatch(time -> time > 0);
        }
    }

    @Test
    @Contract(
            rpc = "GetContainerEvents",
            says = "Every subscriber gets every event, from its subscription on.",
            aspects = Aspect.REPETITION)
    void every_subscriber_gets_every_event() throws Exception {
        try (Subscription one = Subscription.open(bench);
                Subscription two = Subscription.open(bench)) {
            Pod pod = bench.runPod();
            pod.remove();
            assertThat(types(one.until(pod.id(), CONTAINER_DELETED_EVENT), pod.id()))
                    .isEqualTo(types(two.until(pod.id(), CONTAINER_DELETED_EVENT), pod.id()))
                    .contains(CONTAINER_CREATED_EVENT);
        }
    }

    @Test
    @Contract(rpc = "GetContainerEvents", says = "No exit is lost when many containers end at once.")
    void no_exit_is_lost_when_many_end_at_once() throws Exception {
        try (Subscription events = Subscription.open(bench)) {
            Pod pod = bench.runPod();
            Container first = pod.run(bench.idle());
            List<Container> many = java.util.stream.IntStream.range(0, 8)
                    .mapToObj(_ -> pod.run(bench.command("sleep", "3600")))
                    .toList();
            pod.stop();
            for (Container container : many) {
                assertThat(types(events.until(container.id(), CONTAINER_STOPPED_EVENT), container.id()))
                        .endsWith(CONTAINER_STOPPED_EVENT);
            }
            assertThat(types(events.until(first.id(), CONTAINER_STOPPED_EVENT), first.id()))
                    .endsWith(CONTAINER_STOPPED_EVENT);
        }
    }

    private static List<ContainerEventType> types(List<ContainerEventResponse> events, String id) {
        return events.stream()
                .filter(event -> event.getContainerId().equals(id))
                .map(ContainerEventResponse::getContainerEventType)
                .toList();
    }
}
