package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static io.davit.conformance.suite.checks.Refusal.refusedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.AttachRequest;
import io.davit.cri.v1.CheckpointContainerRequest;
import io.davit.cri.v1.CheckpointPodRequest;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ExecRequest;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.PortForwardRequest;
import io.davit.cri.v1.RestorePodRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** gRPC's own guide gives the codes their meaning; the CRI seldom names one. */
@Feature("Error codes")
final class CodeChecks {
    private static final String NOBODY = "00c0ffee".repeat(8);

    private final Workbench bench;

    CodeChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = {"StartContainer", "ExecSync", "Exec", "Attach", "ReopenContainerLog", "PortForward"},
            says = "NOT_FOUND means that the object does not exist, for each RPC that needs one.",
            aspects = Aspect.REFUSAL)
    void what_does_not_exist_is_NOT_FOUND() {
        refusedWith(() -> bench.cri().startContainer(NOBODY), Code.NOT_FOUND);
        refusedWith(() -> bench.cri().execSync(NOBODY, 5, List.of("true")), Code.NOT_FOUND);
        refusedWith(() -> bench.cri().reopenContainerLog(NOBODY), Code.NOT_FOUND);
        refusedWith(() -> bench.cri().runtime().exec(exec(NOBODY)), Code.NOT_FOUND);
        refusedWith(() -> bench.cri().runtime().attach(attach(NOBODY)), Code.NOT_FOUND);
        refusedWith(() -> bench.cri().runtime().portForward(forward(NOBODY)), Code.NOT_FOUND);
    }

    @Test
    @Contract(
            rpc = {"PodSandboxStatus", "ContainerStatus", "StartContainer", "ExecSync"},
            says = "An empty id is no id: INVALID_ARGUMENT, or NOT_FOUND; never an object that happens to be there.",
            aspects = Aspect.REFUSAL)
    void an_empty_id_is_no_id() {
        var _ = bench.runPod().run(bench.idle());
        refusedWith(() -> bench.cri().podSandboxStatus(""), Code.INVALID_ARGUMENT, Code.NOT_FOUND);
        refusedWith(() -> bench.cri().containerStatus(""), Code.INVALID_ARGUMENT, Code.NOT_FOUND);
        refusedWith(() -> bench.cri().startContainer(""), Code.INVALID_ARGUMENT, Code.NOT_FOUND);
        refusedWith(() -> bench.cri().execSync("", 5, List.of("true")), Code.INVALID_ARGUMENT, Code.NOT_FOUND);
        refusedWith(() -> bench.cri().reopenContainerLog(""), Code.INVALID_ARGUMENT, Code.NOT_FOUND);
    }

    @Test
    @Contract(
            rpc = {"StopPodSandbox", "RemovePodSandbox", "StopContainer", "RemoveContainer"},
            says = "An empty id stops and removes nothing, whether that is refused or a success.",
            aspects = Aspect.REFUSAL)
    void an_empty_id_stops_and_removes_nothing() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.idle());
        List<ThrowingCallable> calls = List.of(
                () -> bench.cri().stopContainer("", 1),
                () -> bench.cri().removeContainer(""),
                () -> bench.cri().stopPodSandbox(""),
                () -> bench.cri().removePodSandbox(""));
        for (ThrowingCallable call : calls) {
            if (catchThrowable(call) instanceof StatusRuntimeException refusal) {
                assertThat(refusal.getStatus().getDescription()).isNotBlank();
            }
        }
        assertThat(container.status().getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(pod.status().getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    }

    @Test
    @Contract(
            rpc = {"RunPodSandbox", "CreateContainer", "ExecSync"},
            says = "INVALID_ARGUMENT means that the request is wrong whatever the state of the server.",
            aspects = Aspect.REFUSAL)
    void a_request_that_is_wrong_is_INVALID_ARGUMENT() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.idle());
        refusedWith(
                () -> bench.cri()
                        .runPodSandbox(bench.podConfig().clearMetadata().build(), ""),
                Code.INVALID_ARGUMENT);
        refusedWith(() -> pod.create(bench.idle().clearMetadata()), Code.INVALID_ARGUMENT);
        refusedWith(() -> bench.cri().execSync(container.id(), 5, List.of()), Code.INVALID_ARGUMENT);
        refusedWith(() -> bench.cri().pullImage("UPPER/case"), Code.INVALID_ARGUMENT);
    }

    @Test
    @Contract(
            rpc = {"StartContainer", "ExecSync", "CreateContainer"},
            says = "FAILED_PRECONDITION means that the object is not in the state for it.",
            aspects = Aspect.REFUSAL)
    void the_wrong_state_is_FAILED_PRECONDITION() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.idle());
        refusedWith(container::start, Code.FAILED_PRECONDITION);
        container.stop(5);
        refusedWith(() -> container.exec("true"), Code.FAILED_PRECONDITION);
        pod.stop();
        refusedWith(() -> pod.create(bench.idle()), Code.FAILED_PRECONDITION);
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "NOT_FOUND for an image that is not there.", aspects = Aspect.REFUSAL)
    void an_image_that_is_not_there_is_NOT_FOUND() {
        Pod pod = bench.runPod();
        var config = bench.idle();
        config.getImageBuilder().setImage("localhost/no-such-image:1");
        refusedWith(() -> pod.create(config), Code.NOT_FOUND);
    }

    @Test
    @Contract(
            rpc = {"RunPodSandbox", "CreateContainer"},
            says = "ALREADY_EXISTS means that the name is taken.",
            aspects = {Aspect.REFUSAL, Aspect.REPETITION})
    void a_taken_name_is_ALREADY_EXISTS() {
        Pod pod = bench.runPod();
        var config = bench.idle();
        var _ = pod.create(config);
        refusedWith(() -> pod.create(config), Code.ALREADY_EXISTS);
        refusedWith(
                () -> bench.cri()
                        .runPodSandbox(pod.config(), bench.node().settings().handler()),
                Code.ALREADY_EXISTS);
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A log path that leaves the pod's log directory is refused.",
            aspects = Aspect.REFUSAL,
            fields = "ContainerConfig.log_path")
    void a_log_path_that_leaves_its_directory_is_refused() {
        Pod pod = bench.runPod(
                config -> config.setLogDirectory(bench.directory("logs").toString()));
        var outside = bench.directory().resolve("escaped.log");
        refused(() -> {
            Container container = pod.create(bench.script("echo x").setLogPath("../escaped.log"));
            container.start();
        });
        assertThat(outside).doesNotExist();
    }

    @Test
    @Contract(
            rpc = "CheckpointContainer",
            says = "A container that is not there cannot be checkpointed.",
            aspects = Aspect.REFUSAL)
    void a_checkpoint_of_what_is_not_there_is_refused() {
        refused(() -> bench.cri()
                .runtime()
                .checkpointContainer(CheckpointContainerRequest.newBuilder()
                        .setContainerId(NOBODY)
                        .setLocation(bench.directory().resolve("checkpoint.tar").toString())
                        .build()));
    }

    @Test
    @Contract(
            rpc = "CheckpointPod",
            says = "A sandbox that is not there cannot be checkpointed.",
            aspects = Aspect.REFUSAL)
    void a_checkpoint_of_a_pod_that_is_not_there_is_refused() {
        refused(() -> bench.cri()
                .runtime()
                .checkpointPod(CheckpointPodRequest.newBuilder()
                        .setPodSandboxId(NOBODY)
                        .setOutputPath(bench.directory("checkpoint").toString())
                        .build()));
    }

    @Test
    @Contract(
            rpc = "RestorePod",
            says = "From a checkpoint that is not there nothing is restored.",
            aspects = Aspect.REFUSAL)
    void nothing_is_restored_from_nothing() {
        refused(() -> bench.cri()
                .runtime()
                .restorePod(RestorePodRequest.newBuilder()
                        .setCheckpointPath("/no/such/checkpoint")
                        .setConfig(bench.podConfig())
                        .build()));
    }

    private static ExecRequest exec(String id) {
        return ExecRequest.newBuilder()
                .setContainerId(id)
                .addCmd("true")
                .setStdout(true)
                .build();
    }

    private static AttachRequest attach(String id) {
        return AttachRequest.newBuilder().setContainerId(id).setStdout(true).build();
    }

    private static PortForwardRequest forward(String id) {
        return PortForwardRequest.newBuilder().setPodSandboxId(id).build();
    }
}
