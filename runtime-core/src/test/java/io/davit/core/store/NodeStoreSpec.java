package io.davit.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Fault;
import io.davit.core.domain.NetworkAttachment;
import io.davit.core.domain.ProcessUser;
import io.davit.core.machine.ContainerEvent;
import io.davit.core.machine.ContainerPhase;
import io.davit.core.machine.ContainerState;
import io.davit.core.machine.SandboxEvent;
import io.davit.core.machine.SandboxPhase;
import io.davit.core.machine.SandboxState;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NodeStoreSpec {
    @TempDir
    Path directory;

    private NodeStore store;

    @BeforeEach
    void open() {
        store = reopened();
    }

    private NodeStore reopened() {
        return new NodeStore(directory, Clock.fixed(RecordExamples.BORN, ZoneOffset.UTC));
    }

    private void insertSandbox() {
        store.insert(
                SandboxRecord.starting(RecordExamples.sandbox(), "oci", SandboxState.starting(RecordExamples.BORN)));
    }

    private void insertContainer() {
        store.insert(ContainerRecord.creating(
                RecordExamples.container(), "oci", new ContainerState.Creating(RecordExamples.BORN)));
    }

    @Nested
    class What_was_written {
        @Test
        void is_there_again_to_the_last_field_for_the_next_daemon() throws IOException {
            insertSandbox();
            store.noteLightly(RecordExamples.SANDBOX, record -> record.attaching(Path.of("/run/ns/net")));
            store.note(
                    RecordExamples.SANDBOX,
                    record -> record.attached(new NetworkAttachment(
                            List.of(InetAddress.ofLiteral("10.1.2.3"), InetAddress.ofLiteral("fd00::3")),
                            "eth0",
                            "{\"name\":\"n\"}",
                            "{\"ips\":[]}",
                            Path.of("/run/ns/net"))));
            insertContainer();
            store.noteLightly(
                    RecordExamples.CONTAINER, record -> record.as(Optional.of(new ProcessUser(1, 2, List.of(3L)))));
            assertThat(reopened().allSandboxes()).isEqualTo(store.allSandboxes());
            assertThat(reopened().allContainers()).isEqualTo(store.allContainers());
        }

        @Test
        void includes_every_state_a_container_can_be_in() {
            insertContainer();
            List<ContainerEvent> life = List.of(
                    new ContainerEvent.CreateSeen(),
                    new ContainerEvent.StartRequested(),
                    new ContainerEvent.Started(RecordExamples.BORN, 42),
                    new ContainerEvent.Lost("the engine is away"),
                    new ContainerEvent.ExitSeen(Optional.empty(), ExitStatus.oomKilled(137, RecordExamples.BORN)),
                    new ContainerEvent.RemoveRequested());
            for (ContainerEvent event : life) {
                store.apply(RecordExamples.CONTAINER, event);
                assertThat(reopened().get(RecordExamples.CONTAINER))
                        .as("after %s", event)
                        .isEqualTo(store.get(RecordExamples.CONTAINER));
            }
        }

        @Test
        void is_gone_for_good_after_its_removal_and_its_name_is_free() {
            insertSandbox();
            store.sandboxNames().reserve(RecordExamples.sandbox().name(), RecordExamples.SANDBOX);
            store.apply(RecordExamples.SANDBOX, SandboxEvent.REMOVE_REQ);
            store.apply(RecordExamples.SANDBOX, SandboxEvent.REMOVED);
            assertThat(store.find(RecordExamples.SANDBOX)).isEmpty();
            assertThat(store.sandboxNames().holder(RecordExamples.sandbox().name()))
                    .isEmpty();
            assertThat(reopened().allSandboxes()).isEmpty();
        }
    }

    @Nested
    class A_client {
        @Test
        void does_not_see_what_is_only_being_made() {
            insertSandbox();
            insertContainer();
            assertThat(store.listedSandboxes()).isEmpty();
            assertThat(store.listedContainers()).isEmpty();
            assertThat(store.resolveSandbox(RecordExamples.SANDBOX.value())).isEmpty();
        }

        @Test
        void sees_an_object_whose_roll_back_failed() {
            insertSandbox();
            store.apply(RecordExamples.SANDBOX, SandboxEvent.REMOVE_REQ);
            assertThat(store.listedSandboxes())
                    .extracting(record -> record.state().phase())
                    .containsExactly(SandboxPhase.REMOVING);
        }

        @Test
        void finds_an_object_by_the_beginning_of_its_id() {
            insertSandbox();
            store.apply(RecordExamples.SANDBOX, SandboxEvent.UP);
            assertThat(store.resolveSandbox("5a5a")).map(SandboxRecord::id).contains(RecordExamples.SANDBOX);
            assertThatThrownBy(() -> store.resolveSandbox("")).isInstanceOf(Fault.class);
        }
    }

    @Nested
    class A_record_on_disk {
        @Test
        void that_is_damaged_is_set_aside_and_reported_and_the_others_are_read() throws IOException {
            insertSandbox();
            Path broken = directory.resolve("sandboxes").resolve("broken.json");
            Files.writeString(broken, "{\"version\":1,\"record\":{\"spec\":");
            NodeStore next = reopened();
            assertThat(next.allSandboxes()).hasSize(1);
            assertThat(next.damaged()).hasSize(1).first().asString().contains("broken.json");
            assertThat(broken).doesNotExist();
            assertThat(directory.resolve("sandboxes").resolve("broken.json.damaged"))
                    .exists();
        }

        @Test
        void of_a_newer_version_is_refused_with_a_sentence_and_left_as_it_is() throws IOException {
            Path newer = directory.resolve("containers").resolve("newer.json");
            Files.writeString(newer, "{\"version\":2,\"record\":{}}");
            assertThatThrownBy(NodeStoreSpec.this::reopened)
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("its version is 2")
                    .hasMessageContaining("start the newer davit");
            assertThat(newer).exists();
        }

        @Test
        void that_was_only_half_written_is_ignored() throws IOException {
            Files.writeString(directory.resolve("sandboxes").resolve("half.tmp"), "{\"vers");
            assertThat(reopened().allSandboxes()).isEmpty();
            assertThat(reopened().damaged()).isEmpty();
        }
    }

    @Nested
    class A_subscriber {
        @Test
        void hears_of_a_container_s_life_in_order_with_the_state_of_its_pod() throws InterruptedException {
            insertSandbox();
            store.apply(RecordExamples.SANDBOX, SandboxEvent.UP);
            try (EventLog.Subscription subscription = store.events().subscribe()) {
                insertContainer();
                store.apply(RecordExamples.CONTAINER, new ContainerEvent.CreateSeen());
                store.apply(RecordExamples.CONTAINER, new ContainerEvent.StartRequested());
                store.apply(RecordExamples.CONTAINER, new ContainerEvent.Started(RecordExamples.BORN, 42));
                store.apply(
                        RecordExamples.CONTAINER,
                        new ContainerEvent.ExitSeen(Optional.empty(), ExitStatus.exited(0, RecordExamples.BORN)));
                store.apply(RecordExamples.CONTAINER, new ContainerEvent.RemoveRequested());
                store.apply(RecordExamples.CONTAINER, new ContainerEvent.RemovalSeen());
                assertThat(List.of(next(subscription), next(subscription), next(subscription), next(subscription)))
                        .extracting(NodeEvent::type)
                        .containsExactly(
                                NodeEvent.Type.CREATED,
                                NodeEvent.Type.STARTED,
                                NodeEvent.Type.STOPPED,
                                NodeEvent.Type.DELETED);
            }
        }

        @Test
        void sees_the_exit_in_the_event_that_tells_of_it() throws InterruptedException {
            insertSandbox();
            store.apply(RecordExamples.SANDBOX, SandboxEvent.UP);
            insertContainer();
            store.apply(RecordExamples.CONTAINER, new ContainerEvent.CreateSeen());
            try (EventLog.Subscription subscription = store.events().subscribe()) {
                store.apply(
                        RecordExamples.CONTAINER,
                        new ContainerEvent.ExitSeen(Optional.empty(), ExitStatus.exited(3, RecordExamples.BORN)));
                NodeEvent event = next(subscription);
                assertThat(event.containers())
                        .extracting(record -> record.state().phase())
                        .containsExactly(ContainerPhase.EXITED);
            }
        }

        @Test
        void hears_of_a_start_once_however_it_became_known() throws InterruptedException {
            insertSandbox();
            store.apply(RecordExamples.SANDBOX, SandboxEvent.UP);
            insertContainer();
            store.apply(RecordExamples.CONTAINER, new ContainerEvent.CreateSeen());
            store.apply(RecordExamples.CONTAINER, new ContainerEvent.StartRequested());
            try (EventLog.Subscription subscription = store.events().subscribe()) {
                store.apply(RecordExamples.CONTAINER, new ContainerEvent.Lost("the engine is away"));
                store.apply(RecordExamples.CONTAINER, new ContainerEvent.Started(RecordExamples.BORN, 42));
                store.apply(RecordExamples.CONTAINER, new ContainerEvent.Lost("the engine is away"));
                store.apply(RecordExamples.CONTAINER, new ContainerEvent.Started(RecordExamples.BORN, 42));
                store.apply(
                        RecordExamples.CONTAINER,
                        new ContainerEvent.ExitSeen(
                                Optional.of(RecordExamples.BORN), ExitStatus.exited(0, RecordExamples.BORN)));
                assertThat(List.of(next(subscription), next(subscription)))
                        .extracting(NodeEvent::type)
                        .containsExactly(NodeEvent.Type.STARTED, NodeEvent.Type.STOPPED);
            }
        }

        @Test
        @Timeout(60)
        void hears_last_of_the_newest_state_when_two_things_happen_at_once() throws InterruptedException {
            MeddlingClock clock = new MeddlingClock();
            store = new NodeStore(directory, clock);
            insertSandbox();
            store.apply(RecordExamples.SANDBOX, SandboxEvent.UP);
            insertContainer();
            store.apply(RecordExamples.CONTAINER, new ContainerEvent.CreateSeen());
            store.apply(RecordExamples.SANDBOX, SandboxEvent.DIED);
            try (EventLog.Subscription subscription = store.events().subscribe()) {
                Thread meanwhile = clock.next(() -> store.apply(
                        RecordExamples.CONTAINER,
                        new ContainerEvent.ExitSeen(Optional.empty(), ExitStatus.exited(3, RecordExamples.BORN))));
                store.apply(RecordExamples.SANDBOX, SandboxEvent.STOPPED);
                meanwhile.join();

                next(subscription);
                NodeEvent last = next(subscription);
                assertThat(last.sandbox().state().phase()).isEqualTo(SandboxPhase.NOT_READY);
                assertThat(last.containers())
                        .extracting(record -> record.state().phase())
                        .containsExactly(ContainerPhase.EXITED);
            }
        }

        @Test
        void that_does_not_read_is_cut_off_instead_of_missing_events_unknowingly() throws InterruptedException {
            insertSandbox();
            EventLog log = new EventLog();
            try (EventLog.Subscription subscription = log.subscribe()) {
                NodeEvent event = new NodeEvent(
                        NodeEvent.Type.CREATED,
                        "any",
                        RecordExamples.BORN,
                        store.get(RecordExamples.SANDBOX),
                        List.of());
                for (int i = 0; i < 10_000; i++) log.publish(event);
                assertThat(subscription.next()).isEmpty();
            }
        }

        private static NodeEvent next(EventLog.Subscription subscription) throws InterruptedException {
            return subscription.next().orElseThrow();
        }
    }
}
