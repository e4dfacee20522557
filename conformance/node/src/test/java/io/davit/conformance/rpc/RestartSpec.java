package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStatus;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.PodSandboxStatus;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a daemon knows of the time before its start. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class RestartSpec {
    /** More than the reconciler's period, for what a second look must find. */
    private static final Duration LATE = Duration.ofSeconds(25);

    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    private String pod = "";
    private String container = "";

    @BeforeEach
    void runAContainer() {
        one.pods().pull(TestNode.IMAGE);
        pod = one.pods().run("web");
        container = one.pods().create(pod, "web", "app", "sleep", "infinity");
        one.pods().start(container);
    }

    @Test
    void every_status_is_the_same_to_the_last_byte() {
        String created = one.pods().create(pod, "web", "made", "true");
        String exited = one.pods().create(pod, "web", "done", "exit", "3");
        one.pods().start(exited);
        await().until(() -> one.pods().status(exited).getState() == ContainerState.CONTAINER_EXITED);
        String stopped = one.pods().run("db");
        one.pods().stopPod(stopped);
        List<PodSandboxStatus> pods =
                List.of(one.pods().podStatus(pod), one.pods().podStatus(stopped));
        List<ContainerStatus> containers = List.of(
                one.pods().status(container),
                one.pods().status(created),
                one.pods().status(exited));

        one.restart();

        assertThat(List.of(one.pods().podStatus(pod), one.pods().podStatus(stopped)))
                .isEqualTo(pods);
        assertThat(List.of(
                        one.pods().status(container),
                        one.pods().status(created),
                        one.pods().status(exited)))
                .isEqualTo(containers);
    }

    @Test
    void a_running_container_can_be_used_and_stopped() {
        one.restart();

        assertThat(one.pods().exec(container, 5, "echo", "hello").getStdout().toStringUtf8())
                .isEqualTo("hello\n");
        one.pods().stop(container, 600);
        assertThat(one.pods().status(container).getExitCode()).isEqualTo(143);
    }

    @Test
    void a_created_container_can_be_started() {
        String created = one.pods().create(pod, "web", "made", "sleep", "infinity");

        one.restart();
        one.pods().start(created);

        assertThat(one.pods().status(created).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void a_container_that_ended_meanwhile_has_its_exit_code() throws IOException {
        one.restartAfter(_ -> end(3));

        ContainerStatus status = one.pods().status(container);
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(status.getExitCode()).isEqualTo(3);
    }

    @Test
    void a_container_that_the_engine_has_lost_is_exited_for_an_unknown_reason() throws IOException {
        one.restartAfter(_ -> one.world().lose(new ContainerId(container)));

        ContainerStatus status = one.pods().status(container);
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(status.getExitCode()).isEqualTo(255);
        assertThat(status.getReason()).isEqualTo("Unknown");
    }

    @Test
    void a_pod_that_died_meanwhile_is_not_ready() throws IOException {
        one.restartAfter(_ -> one.world().die(new SandboxId(pod), Instant.now()));

        assertThat(one.pods().podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
    }

    @Test
    void names_are_still_taken() {
        one.restart();

        assertThat(Refusal.of(() -> one.pods().run("web")).getCode()).isEqualTo(Code.ALREADY_EXISTS);
        assertThat(Refusal.of(() -> one.pods().create(pod, "web", "app", "true"))
                        .getCode())
                .isEqualTo(Code.ALREADY_EXISTS);
    }

    @Test
    void a_removal_that_failed_is_finished_without_being_asked() {
        one.script()
                .on(SpiMethod.SANDBOX_REMOVE)
                .failsBefore(new Fault.Kind.Failed("removing", "device or resource busy"));
        Refusal.of(() -> one.pods().removePod(pod));

        one.restart();

        await().atMost(LATE)
                .untilAsserted(() -> assertThat(one.world().objects()).isEmpty());
        assertThat(one.pods().list()).isEmpty();
    }

    @Test
    void what_no_record_speaks_of_is_removed_from_the_engine() throws IOException {
        one.restartAfter(Files::delete);

        await().atMost(LATE)
                .untilAsserted(() -> assertThat(one.world().objects()).isEmpty());
        assertThat(one.pods().list()).isEmpty();
        assertThat(one.pods().run("web")).as("the name is free").isNotEmpty();
    }

    @Test
    void a_damaged_record_is_set_aside_and_the_others_are_served() throws IOException {
        String other = one.pods().run("db");

        one.restartAfter(record -> {
            if (record.getFileName().toString().startsWith(other)) Files.writeString(record, "{\"version\":1,\"rec");
        });

        assertThat(one.pods().list())
                .singleElement()
                .satisfies(left -> assertThat(left.getId()).isEqualTo(pod));
        await().atMost(LATE)
                .untilAsserted(() -> assertThat(one.world().objects()).containsExactlyInAnyOrder(pod, container));
        assertThat(one.pods().run("db")).as("the name is free").isNotEqualTo(other);
    }

    @Test
    void a_record_of_a_newer_davit_keeps_this_one_from_starting_and_from_touching_it() throws IOException {
        TestNode old = one.node();
        old.close();
        Path record = recordOf(old, pod);
        String before = Files.readString(record);
        Files.writeString(record, before.replace("\"version\":1", "\"version\":1000"));

        assertThatThrownBy(() -> TestNode.start(old.root(), old.world(), old.script()))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("1000")
                .hasMessageContaining("newer");

        Files.writeString(record, before);
        one.restart();
        assertThat(one.pods().podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    }

    @Test
    void half_a_record_that_was_never_renamed_is_no_record() throws IOException {
        one.restartAfter(record -> Files.writeString(record.resolveSibling("0".repeat(64) + ".tmp"), "{\"ver"));

        assertThat(one.pods().list()).hasSize(1);
        assertThat(one.pods().listContainers()).hasSize(1);
    }

    private void end(int code) {
        one.world().end(new ContainerId(container), code, Instant.now());
    }

    private static Path recordOf(TestNode node, String id) throws IOException {
        try (var files = Files.walk(node.root())) {
            return files.filter(file -> file.getFileName().toString().equals(id + ".json"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
