package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.Hold;
import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.contract.Background;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.ExecSyncRequest;
import io.davit.cri.v1.ExecSyncResponse;
import io.davit.cri.v1.LinuxContainerResources;
import io.davit.cri.v1.ReopenContainerLogRequest;
import io.davit.cri.v1.UpdateContainerResourcesRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What can be done to a container while it runs: ExecSync, UpdateContainerResources, ReopenContainerLog. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class RunningContainerSpec {
    private static final String NOBODY = "0".repeat(64);

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

    @Nested
    class Exec_sync {
        @Test
        void a_command_answers_outputs_and_exit_code() {
            assertThat(one.pods()
                            .exec(container, 0, "echo", "hello")
                            .getStdout()
                            .toStringUtf8())
                    .isEqualTo("hello\n");
            assertThat(one.pods()
                            .exec(container, 0, "complain", "no")
                            .getStderr()
                            .toStringUtf8())
                    .isEqualTo("no\n");
            assertThat(one.pods().exec(container, 0, "exit", "3").getExitCode()).isEqualTo(3);
        }

        @Test
        void output_is_kept_up_to_16_mebibytes() {
            ExecSyncResponse response = one.pods().exec(container, 0, "seq", "3000000");

            assertThat(response.getExitCode()).isZero();
            assertThat(response.getStdout().size()).isBetween(15 << 20, 16 << 20);
            assertThat(response.getStdout().substring(0, 6).toStringUtf8()).isEqualTo("1\n2\n3\n");
        }

        @Test
        void a_command_that_takes_too_long_has_exceeded_its_deadline() {
            Status refusal = Refusal.of(() -> one.pods().exec(container, 1, "sleep", "3600"));

            assertThat(refusal.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        }

        @Test
        void a_command_ends_with_its_client() throws Exception {
            Hold hold = one.script().on(SpiMethod.EXEC).holdsBefore();

            Refusal.of(() -> one.node()
                    .client()
                    .runtime()
                    .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                    .execSync(ExecSyncRequest.newBuilder()
                            .setContainerId(container)
                            .addCmd("sleep")
                            .addCmd("3600")
                            .build()));

            hold.awaitInterrupt();
        }

        @Test
        void a_missing_command_is_named() {
            Status refusal = Refusal.of(() -> one.pods().exec(container, 0, "/no/such/program"));

            assertThat(refusal.getDescription()).contains("/no/such/program");
        }

        @Test
        void bad_requests_are_refused() {
            assertThat(Refusal.of(() -> one.pods().exec(container, 0)).getCode())
                    .isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(Refusal.of(() -> one.pods().exec("", 0, "true")).getCode())
                    .isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(Refusal.of(() -> one.pods().exec(NOBODY, 0, "true")).getCode())
                    .isEqualTo(Code.NOT_FOUND);
            assertThat(Refusal.of(() -> one.pods().exec(container, -1, "true")).getCode())
                    .isEqualTo(Code.INVALID_ARGUMENT);
        }

        @Test
        void nothing_is_executed_in_a_container_that_does_not_run() {
            String created = one.pods().create(pod, "web", "side", "true");
            one.pods().stop(container, 0);

            assertThat(Refusal.of(() -> one.pods().exec(created, 0, "true")).getCode())
                    .isEqualTo(Code.FAILED_PRECONDITION);
            assertThat(Refusal.of(() -> one.pods().exec(container, 0, "true")).getCode())
                    .isEqualTo(Code.FAILED_PRECONDITION);
        }
    }

    @Nested
    class Update_container_resources {
        @Test
        void new_limits_are_shown_at_once_and_the_others_stay() {
            update(
                    container,
                    LinuxContainerResources.newBuilder().setCpuShares(512).build());
            update(
                    container,
                    LinuxContainerResources.newBuilder()
                            .setMemoryLimitInBytes(64 << 20)
                            .build());

            LinuxContainerResources shown =
                    one.pods().status(container).getResources().getLinux();
            assertThat(shown.getCpuShares()).isEqualTo(512);
            assertThat(shown.getMemoryLimitInBytes()).isEqualTo(64 << 20);
        }

        @Test
        void limits_that_could_not_be_applied_are_not_shown() {
            one.script()
                    .on(SpiMethod.CONTAINER_UPDATE)
                    .failsBefore(new Fault.Kind.Failed("writing cpu.weight", "EINVAL"));

            Status refusal = Refusal.of(() -> update(
                    container,
                    LinuxContainerResources.newBuilder().setCpuShares(512).build()));

            assertThat(refusal.getDescription()).contains("cpu.weight");
            assertThat(one.pods().status(container).getResources().getLinux().getCpuShares())
                    .isZero();
        }

        @Test
        void limits_are_remembered_over_a_restart() {
            update(
                    container,
                    LinuxContainerResources.newBuilder().setCpuShares(512).build());

            one.restart();

            assertThat(one.pods().status(container).getResources().getLinux().getCpuShares())
                    .isEqualTo(512);
        }

        @Test
        void bad_requests_are_refused() {
            LinuxContainerResources some =
                    LinuxContainerResources.newBuilder().setCpuShares(512).build();
            UpdateContainerResourcesRequest without = UpdateContainerResourcesRequest.newBuilder()
                    .setContainerId(container)
                    .build();

            assertThat(Refusal.of(() -> update("", some)).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(Refusal.of(() -> update(NOBODY, some)).getCode()).isEqualTo(Code.NOT_FOUND);
            assertThat(Refusal.of(() -> one.node().client().runtime().updateContainerResources(without))
                            .getCode())
                    .isEqualTo(Code.INVALID_ARGUMENT);
            one.pods().stop(container, 0);
            assertThat(Refusal.of(() -> update(container, some)).getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        }

        private void update(String id, LinuxContainerResources resources) {
            var _ = one.node()
                    .client()
                    .runtime()
                    .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                            .setContainerId(id)
                            .setLinux(resources)
                            .build());
        }
    }

    @Nested
    class Reopen_container_log {
        @Test
        void after_a_rotation_there_is_a_new_log() throws Exception {
            Path log = Path.of(one.pods().status(container).getLogPath());
            Files.move(log, log.resolveSibling("0.log.rotated"));

            reopen(container);

            assertThat(Files.exists(log)).isTrue();
        }

        @Test
        void bad_requests_are_refused() {
            assertThat(Refusal.of(() -> reopen("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(Refusal.of(() -> reopen(NOBODY)).getCode()).isEqualTo(Code.NOT_FOUND);
            one.pods().stop(container, 0);
            assertThat(Refusal.of(() -> reopen(container)).getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        }

        private void reopen(String id) {
            var _ = one.node()
                    .client()
                    .runtime()
                    .reopenContainerLog(ReopenContainerLogRequest.newBuilder()
                            .setContainerId(id)
                            .build());
        }
    }

    @Test
    void a_stop_does_not_wait_for_an_exec() throws Exception {
        Background<ExecSyncResponse> sleeping = Background.call(() -> one.pods().exec(container, 0, "sleep", "3600"));
        Awaitility.await().until(() -> one.script().callsOf(SpiMethod.EXEC).size() == 1);

        one.pods().stop(container, 600);

        assertThat(one.pods().status(container).getExitCode()).isEqualTo(143);
        assertThat(sleeping.answer().getExitCode()).isEqualTo(137);
    }
}
