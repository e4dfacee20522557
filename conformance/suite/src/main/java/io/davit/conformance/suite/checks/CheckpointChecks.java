package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.CheckpointContainerRequest;
import io.davit.cri.v1.CheckpointPodRequest;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.RestorePodRequest;
import io.davit.cri.v1.RestorePodResponse;
import io.davit.cri.v1.RestoredContainer;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server that cannot here (no CRIU, a kernel that CRIU does not know) says so with FAILED_PRECONDITION: a skip. */
@Feature("Checkpoints")
final class CheckpointChecks {
    /** In memory, so that a process that began anew is told from one that went on. */
    private static final String COUNTER =
            "n=100; while true; do n=$((n+1)); echo $n >/tmp/fresh; mv /tmp/fresh /tmp/count; sleep 0.1; done";

    private final Workbench bench;

    CheckpointChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "CheckpointContainer", says = "A running container is written to an archive and runs on.")
    void a_container_is_written_down_and_runs_on() {
        Container container = counting(bench.runPod(), "app");
        Path archive = bench.directory().resolve("checkpoint.tar");
        possible(() -> {
            var _ = bench.cri()
                    .runtime()
                    .checkpointContainer(CheckpointContainerRequest.newBuilder()
                            .setContainerId(container.id())
                            .setLocation(archive.toString())
                            .build());
        });
        assertThat(archive).isNotEmptyFile();
        assertRunsOn(container);
    }

    @Test
    @Contract(
            rpc = {"CheckpointPod", "RestorePod", "StartContainer"},
            says = "A pod that was written down runs on, and another made of it is ready with created containers, whose"
                    + " start lets their processes go on.")
    void a_pod_is_written_down_and_goes_on_as_another() throws IOException {
        Pod pod = bench.runPod();
        List<Container> containers = List.of(counting(pod, "one"), counting(pod, "two"));
        Path checkpoint = bench.directory("checkpoint");
        possible(() -> write(pod, containers, checkpoint));
        containers.forEach(this::assertRunsOn);

        PodSandboxConfig config = bench.podConfig().build();
        RestorePodRequest.Builder request = RestorePodRequest.newBuilder()
                .setCheckpointPath(checkpoint.toString())
                .setConfig(config)
                .setRuntimeHandler(bench.node().settings().handler());
        containers.forEach(container -> request.addContainerConfigs(container.config()));
        RestorePodResponse restored = bench.cri().runtime().restorePod(request.build());

        Pod again = bench.pod(restored.getPodSandboxId(), config);
        assertThat(again.status().getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(restored.getRestoredContainersList())
                .extracting(RestoredContainer::getName)
                .containsExactlyInAnyOrder("one", "two");
        for (RestoredContainer one : restored.getRestoredContainersList()) {
            String id = one.getContainerId();
            assertThat(bench.cri().containerStatus(id).getState()).isEqualTo(ContainerState.CONTAINER_CREATED);
            bench.cri().startContainer(id);
            int first = count(id);
            assertThat(first).as("what it counts on from").isGreaterThan(102);
            var _ = bench.await("it to count on", () -> count(id), now -> now > first);
        }
    }

    @Test
    @Contract(rpc = "CheckpointPod", says = "A directory that is not empty is refused and left alone.")
    void a_directory_that_is_not_empty_is_refused() throws IOException {
        Pod pod = bench.runPod();
        Container container = counting(pod, "app");
        Path checkpoint = bench.directory("checkpoint");
        Path mine = Files.writeString(checkpoint.resolve("mine"), "x");
        var _ = refused(() -> write(pod, List.of(container), checkpoint));
        assertThat(checkpoint.toFile().list()).containsExactly("mine");
        assertThat(mine).hasContent("x");
        assertRunsOn(container);
    }

    @Test
    @Contract(rpc = "CheckpointPod", says = "After an error the directory is empty again, and the containers run.")
    void an_error_leaves_nothing_behind() {
        Pod pod = bench.runPod();
        Container running = counting(pod, "running");
        Container ended = counting(pod, "ended");
        ended.stop(0);
        Path checkpoint = bench.directory("checkpoint");
        var _ = refused(() -> write(pod, List.of(running, ended), checkpoint));
        assertThat(checkpoint).isEmptyDirectory();
        assertRunsOn(running);
    }

    private void write(Pod pod, List<Container> containers, Path checkpoint) {
        var _ = bench.cri()
                .runtime()
                .checkpointPod(CheckpointPodRequest.newBuilder()
                        .setPodSandboxId(pod.id())
                        .setOutputPath(checkpoint.toString())
                        .addAllContainerIds(
                                containers.stream().map(Container::id).toList())
                        .build());
    }

    private static void possible(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            assumeThat(e.getStatus().getCode())
                    .as("%s", e.getStatus().getDescription())
                    .isNotEqualTo(Code.FAILED_PRECONDITION);
            throw e;
        }
    }

    private Container counting(Pod pod, String name) {
        var config = bench.script(COUNTER);
        config.getMetadataBuilder().setName(name);
        Container container = pod.run(config);
        var _ = bench.await("it to count", () -> count(container.id()), now -> now > 102);
        return container;
    }

    private void assertRunsOn(Container container) {
        int before = count(container.id());
        var _ = bench.await("it to count on", () -> count(container.id()), now -> now > before);
    }

    private int count(String id) {
        String text = bench.cri()
                .execSync(id, 10, List.of("cat", "/tmp/count"))
                .getStdout()
                .toStringUtf8()
                .strip();
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }
}
