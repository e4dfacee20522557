package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.PodCheckpoints;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.Fault;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.LinuxPodSandboxConfig;
import io.davit.cri.v1.NamespaceMode;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.RestorePodRequest;
import io.davit.cri.v1.RestorePodResponse;
import io.davit.cri.v1.RestoredContainer;
import io.davit.cri.v1.RuntimeServiceGrpc;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A pod comes back whole or not at all, and its processes wait for their start. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class RestorePodSpec {
    private static final List<String> NAMES = List.of("app", "side");
    private static final String[] COMMAND = {"sleep", "infinity"};

    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    @TempDir
    private Path checkpoint;

    private String pod = "";

    @BeforeEach
    void a_checkpoint() {
        one.pods().pull(TestNode.IMAGE);
        pod = one.pods().run("web");
        String[] containers = NAMES.stream()
                .map(name -> one.pods().create(pod, "web", name, COMMAND))
                .toArray(String[]::new);
        List.of(containers).forEach(one.pods()::start);
        checkpoints().write(checkpoints().request(pod, checkpoint, containers));
    }

    private PodCheckpoints checkpoints() {
        return new PodCheckpoints(one.node());
    }

    private RestorePodRequest.Builder request() {
        return checkpoints().restoring("again", checkpoint, NAMES, COMMAND);
    }

    @Test
    void the_sandbox_is_ready_and_its_containers_wait_for_their_start() {
        RestorePodResponse restored = checkpoints().restore(request());

        assertThat(restored.getRestoredContainersList())
                .extracting(RestoredContainer::getName)
                .containsExactlyInAnyOrderElementsOf(NAMES);
        assertThat(one.pods().podStatus(restored.getPodSandboxId()).getState())
                .isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(one.pods()
                        .podStatus(restored.getPodSandboxId())
                        .getMetadata()
                        .getName())
                .isEqualTo("again");
        String app = PodCheckpoints.container(restored, "app");
        assertThat(one.pods().status(app).getState()).isEqualTo(ContainerState.CONTAINER_CREATED);
        one.pods().start(app);
        assertThat(one.pods().status(app).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void it_survives_a_restart_of_the_daemon_before_its_start() {
        String app = PodCheckpoints.container(checkpoints().restore(request()), "app");

        one.restart();

        one.pods().start(app);
        assertThat(one.pods().status(app).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void a_failure_leaves_nothing_and_the_name_free() {
        List<String> before = one.world().objects();
        one.script()
                .on(SpiMethod.CONTAINER_RESTORE)
                .nth(2)
                .failsAfter(new Fault.Kind.Refused("no container of this node can be checkpointed", "criu is away"));

        Status status = refused(request());

        assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(one.world().objects()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(one.pods().list()).hasSize(1);
        assertThat(one.pods().listContainers()).hasSize(NAMES.size());
        assertThat(checkpoints().restore(request()).getPodSandboxId()).isNotEmpty();
    }

    @Test
    void a_name_that_is_taken_is_refused() {
        assertThat(refused(request().setConfig(one.pods().config("web"))).getCode())
                .isEqualTo(Code.ALREADY_EXISTS);
    }

    @Test
    void what_does_not_fit_the_checkpoint_is_named() {
        assertInvalid(checkpoints().restoring("again", checkpoint, List.of("app"), COMMAND), "container_configs");
        assertInvalid(
                checkpoints().restoring("again", checkpoint, List.of("app", "app"), COMMAND), "container_configs");
        assertInvalid(checkpoints().restoring("again", checkpoint, NAMES, "true"), "command and args");
        assertInvalid(request().putOptions("fast", "1"), "'fast'");
        assertInvalid(request().setRuntimeHandler("nobody"), "runtime_handler");
        assertInvalid(request().setCheckpointPath("relative"), "checkpoint_path");
        assertInvalid(request().clearConfig(), "config");
        RestorePodRequest.Builder hostNetwork = request();
        hostNetwork.getConfigBuilder().setLinux(onHostNetwork());
        assertInvalid(hostNetwork, "namespace_options");
        assertThat(one.script().callsOf(SpiMethod.CONTAINER_RESTORE)).isEmpty();
    }

    private static LinuxPodSandboxConfig.Builder onHostNetwork() {
        LinuxPodSandboxConfig.Builder linux = LinuxPodSandboxConfig.newBuilder();
        linux.getSecurityContextBuilder().getNamespaceOptionsBuilder().setNetwork(NamespaceMode.NODE);
        return linux;
    }

    @Test
    void a_variable_that_differs_is_refused_without_its_value() {
        RestorePodRequest.Builder request = request();
        request.getContainerConfigsBuilder(0)
                .addEnvsBuilder()
                .setKey("TOKEN")
                .setValue(ByteString.copyFromUtf8("hunter2"));

        Status status = refused(request);

        assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("envs").doesNotContain("hunter2");
    }

    @Test
    void another_image_is_refused() {
        one.pods().pull(TestNode.OTHER_IMAGE);
        RestorePodRequest.Builder request = request();
        request.getContainerConfigsBuilder(1).getImageBuilder().setImage(TestNode.OTHER_IMAGE);

        assertThat(refused(request).getDescription()).contains("container_configs[side].image");
    }

    @Test
    void a_directory_without_a_checkpoint_is_not_found_and_a_damaged_one_is_told() throws IOException {
        Path empty = Files.createDirectory(checkpoint.resolve("empty"));
        assertThat(refused(request().setCheckpointPath(empty.toString())).getCode())
                .isEqualTo(Code.NOT_FOUND);

        Files.writeString(checkpoint.resolve("pod.json"), "{\"version\":1,\"rec");
        assertThat(refused(request()).getCode()).isEqualTo(Code.DATA_LOSS);
    }

    @Test
    void a_call_without_a_deadline_is_refused() {
        var stub = RuntimeServiceGrpc.newBlockingStub(one.node().client().channel());

        Status status = Refusal.of(() -> stub.restorePod(request().build()));

        assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("deadline");
    }

    private void assertInvalid(RestorePodRequest.Builder request, String field) {
        Status status = refused(request);
        assertThat(status.getCode()).as("%s: %s", field, status).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains(field);
    }

    private Status refused(RestorePodRequest.Builder request) {
        return Refusal.of(() -> checkpoints().restore(request));
    }
}
