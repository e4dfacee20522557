package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static io.davit.conformance.suite.checks.Refusal.refusedWith;
import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerFilter;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStatus;
import io.davit.cri.v1.ContainerStatusRequest;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.Mount;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@Feature("Containers")
final class ContainerChecks {
    private static final String NOBODY = "fedcba9876543210".repeat(4);

    private final Workbench bench;

    ContainerChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = {"CreateContainer", "ContainerStatus"},
            says = "A new container is created, not run; times of what has not happened are 0.",
            fields = {"ImageSpec.image", "ContainerConfig.image"})
    void a_new_container_is_created_and_runs_nothing() {
        Pod pod = bench.runPod();
        Container container = pod.create(bench.script("touch /here; sleep 3600"));
        ContainerStatus status = container.status();
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_CREATED);
        assertThat(status.getCreatedAt()).isPositive();
        assertThat(status.getStartedAt()).isZero();
        assertThat(status.getFinishedAt()).isZero();
        refused(() -> container.exec("ls", "/here"));
    }

    @Test
    @Contract(
            rpc = "ContainerStatus",
            says = "Metadata, labels, annotations and mounts come back as they were sent.",
            fields = {
                "ContainerMetadata.name",
                "ContainerMetadata.attempt",
                "ContainerConfig.labels",
                "ContainerConfig.annotations"
            })
    void the_status_repeats_the_request() {
        ContainerConfig.Builder config = bench.idle()
                .putLabels("label", "välue")
                .putAllAnnotations(Map.of("odd/key", "a=b, \"c\"\n", "empty", ""))
                .addMounts(Mount.newBuilder()
                        .setContainerPath("/mnt/data")
                        .setHostPath(bench.directory("data").toString())
                        .setReadonly(true));
        config.getMetadataBuilder().setAttempt(3);
        Container container = bench.runPod().run(config);
        ContainerStatus status = container.status();
        assertThat(status.getId()).isEqualTo(container.id()).matches("[0-9a-f]{64}");
        assertThat(status.getMetadata()).isEqualTo(container.config().getMetadata());
        assertThat(status.getLabelsMap()).isEqualTo(container.config().getLabelsMap());
        assertThat(status.getAnnotationsMap()).isEqualTo(container.config().getAnnotationsMap());
        assertThat(status.getMountsList()).hasSize(1);
        Mount mount = status.getMounts(0);
        assertThat(mount.getContainerPath()).isEqualTo("/mnt/data");
        assertThat(mount.getHostPath()).isEqualTo(config.getMounts(0).getHostPath());
        assertThat(mount.getReadonly()).isTrue();
    }

    @Test
    @Contract(
            rpc = "ContainerStatus",
            says = "The log path is absolute: log directory of the pod and path of the container.")
    void the_status_tells_where_the_log_is() {
        Container container = bench.runPod().run(bench.idle());
        assertThat(container.status().getLogPath())
                .isEqualTo(container.logPath().toString());
        assertThat(container.logPath()).as("when StartContainer has returned").exists();
    }

    @Test
    @Contract(
            rpc = {"StartContainer", "ContainerStatus"},
            says = "A started container runs; its times are in order.")
    void a_started_container_runs() {
        Container container = bench.runPod().run(bench.idle());
        ContainerStatus status = container.status();
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(status.getStartedAt()).isGreaterThanOrEqualTo(status.getCreatedAt());
        assertThat(status.getFinishedAt()).isZero();
        assertThat(TimeUnit.NANOSECONDS.toMillis(status.getStartedAt()))
                .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis() + 2_000);
    }

    @Test
    @Contract(
            rpc = {"CreateContainer", "StartContainer"},
            says = "A program that is not there fails the start, or the creation, with a text that names it.")
    void a_program_that_is_not_there_fails_the_start() {
        Pod pod = bench.runPod();
        Container container;
        try {
            container = pod.create(bench.command("/no/such/program"));
        } catch (StatusRuntimeException e) { // crun looks for the program already now
            assertThat(e.getStatus().getDescription()).contains("/no/such/program");
            return;
        }
        assertThat(refused(container::start).getDescription()).contains("/no/such/program");
        ContainerStatus status = container.status();
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(status.getExitCode()).isNotZero();
        assertThat(status.getMessage()).contains("/no/such/program");
    }

    @Test
    @Contract(rpc = "StartContainer", says = "Only a created container can be started: not a running one.")
    void a_running_container_cannot_be_started_again() {
        Container container = bench.runPod().run(bench.idle());
        refused(container::start);
        assertThat(container.status().getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    @Contract(rpc = "StartContainer", says = "Only a created container can be started: not one that has exited.")
    void an_exited_container_cannot_be_started_again() {
        Container container = bench.runPod().run(bench.command("true"));
        ContainerStatus before = container.awaitExit();
        refused(container::start);
        assertThat(container.status()).isEqualTo(before);
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A name within its pod belongs to one container at a time.")
    void a_name_that_is_taken_is_refused() {
        Pod pod = bench.runPod();
        ContainerConfig.Builder config = bench.idle();
        Container first = pod.create(config);
        refused(() -> pod.create(config));
        assertThat(bench.cri()
                        .listContainers(ContainerFilter.newBuilder()
                                .setPodSandboxId(pod.id())
                                .build()))
                .singleElement()
                .satisfies(it -> assertThat(it.getId()).isEqualTo(first.id()));
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A pod that does not exist has no containers.")
    void a_pod_that_does_not_exist_gets_no_container() {
        ContainerConfig config = bench.idle().build();
        refused(() ->
                bench.cri().createContainer(NOBODY, config, bench.podConfig().build()));
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A pod that was stopped gets no new containers.")
    void a_stopped_pod_gets_no_container() {
        Pod pod = bench.runPod();
        pod.stop();
        refused(() -> pod.create(bench.idle()));
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "The image must be there: nothing is pulled. The text names the image.")
    void an_image_that_is_not_there_is_refused() {
        Pod pod = bench.runPod();
        String absent = "localhost/no-such-image:1";
        ContainerConfig.Builder config =
                bench.idle().setImage(ImageSpec.newBuilder().setImage(absent));
        assertThat(refused(() -> pod.create(config)).getDescription()).contains("no-such-image");
        assertThat(bench.cri()
                        .listContainers(ContainerFilter.newBuilder()
                                .setPodSandboxId(pod.id())
                                .build()))
                .isEmpty();
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "Metadata with a name is required.")
    void a_container_without_a_name_is_refused() {
        Pod pod = bench.runPod();
        refused(() -> pod.create(bench.idle().clearMetadata()));
        ContainerConfig.Builder nameless = bench.idle();
        nameless.getMetadataBuilder().clearName();
        refused(() -> pod.create(nameless));
    }

    @Test
    @Contract(
            rpc = "ContainerStatus",
            says = "A container that is not there is NOT_FOUND: the kubelet skips it then.",
            aspects = Aspect.REFUSAL)
    void the_status_of_what_is_not_there_is_NOT_FOUND() {
        refusedWith(() -> bench.cri().containerStatus(NOBODY), Code.NOT_FOUND);
    }

    @Test
    @Contract(rpc = "ContainerStatus", says = "An id may be shortened as long as it is unique.")
    void a_shortened_id_is_enough() {
        Container container = bench.runPod().run(bench.idle());
        String shortened = container.id().substring(0, 20);
        assertThat(bench.cri().containerStatus(shortened).getId()).isEqualTo(container.id());
        assertThat(bench.cri()
                        .execSync(shortened, 10, java.util.List.of("true"))
                        .getExitCode())
                .isZero();
    }

    @Test
    @Contract(
            rpc = "ContainerStatus",
            says = "The information for humans has the process id of the container's process.")
    void details_are_given_on_request() {
        Container container = bench.runPod().run(bench.idle());
        var request = ContainerStatusRequest.newBuilder().setContainerId(container.id());
        assertThat(bench.cri()
                        .runtime()
                        .containerStatus(request.setVerbose(true).build())
                        .getInfoMap())
                .isNotEmpty();
        assertThat(bench.cri()
                        .runtime()
                        .containerStatus(request.setVerbose(false).build())
                        .getInfoMap())
                .isEmpty();
    }
}
