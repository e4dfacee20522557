package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.cri.v1.ContainerFilter;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.ContainerStateValue;
import io.davit.cri.v1.ListContainersRequest;
import io.davit.cri.v1.ListPodSandboxRequest;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.PodSandboxStateValue;
import io.davit.cri.v1.RuntimeCondition;
import io.davit.cri.v1.RuntimeConfigRequest;
import io.davit.cri.v1.StatusRequest;
import io.davit.cri.v1.StatusResponse;
import io.davit.cri.v1.StreamContainersRequest;
import io.davit.cri.v1.StreamPodSandboxesRequest;
import io.davit.cri.v1.VersionRequest;
import io.davit.cri.v1.VersionResponse;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lists, states, Version and Status. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class ReadingSpec {
    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    @Test
    void the_version_has_all_that_the_kubelet_looks_for() {
        VersionResponse version = one.node().client().runtime().version(VersionRequest.getDefaultInstance());

        assertThat(version.getVersion()).isEqualTo("0.1.0");
        assertThat(version.getRuntimeName()).isEqualTo("davit");
        assertThat(version.getRuntimeVersion()).isNotEmpty();
        assertThat(version.getRuntimeApiVersion()).isEqualTo("v1");
    }

    @Test
    void the_status_has_both_conditions_and_the_default_handler() {
        StatusResponse status = one.node().client().runtime().status(StatusRequest.getDefaultInstance());

        assertThat(status.getStatus().getConditionsList())
                .extracting(RuntimeCondition::getType)
                .contains("RuntimeReady", "NetworkReady");
        assertThat(status.getRuntimeHandlersList())
                .extracting(handler -> handler.getName())
                .contains("", "memory");
    }

    @Test
    void the_cgroup_driver_is_that_of_the_backend() {
        var config = one.node().client().runtime().runtimeConfig(RuntimeConfigRequest.getDefaultInstance());

        assertThat(config.getLinux().getCgroupDriver()).isEqualTo(io.davit.cri.v1.CgroupDriver.CGROUPFS);
    }

    @Test
    void an_engine_that_hangs_holds_up_no_list_and_no_status() {
        one.pods().pull(TestNode.IMAGE);
        String pod = one.pods().run("web");
        String container = one.pods().create(pod, "web", "app", "sleep", "infinity");
        one.pods().start(container);
        for (SpiMethod method : SpiMethod.values()) {
            // Images are the backend's to list, from its memory (Images.list).
            if (!method.name().startsWith("IMAGE") && method != SpiMethod.CONTAINER_FILESYSTEMS) {
                one.script().on(method).holdsBefore();
            }
        }

        assertThat(one.pods().list()).hasSize(1);
        assertThat(one.pods().listContainers()).hasSize(1);
        assertThat(one.pods().podStatus(pod).getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(one.pods().status(container).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(one.node()
                        .client()
                        .runtime()
                        .status(StatusRequest.getDefaultInstance())
                        .hasStatus())
                .isTrue();
        assertThat(one.pods().listImages()).hasSize(1);
    }

    @Test
    void unknown_ids_are_not_found_and_empty_ones_invalid() {
        assertThat(Refusal.of(() -> one.pods().podStatus("0".repeat(64))).getCode())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(Refusal.of(() -> one.pods().status("0".repeat(64))).getCode())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(Refusal.of(() -> one.pods().podStatus("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(Refusal.of(() -> one.pods().status("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void pods_are_filtered_by_id_state_and_labels_all_at_once() {
        String web = one.pods().run("web");
        String db = one.pods().run("db");
        one.pods().stopPod(db);

        assertThat(list(PodSandboxFilter.newBuilder().setId(web.substring(0, 10))))
                .containsExactly(web);
        assertThat(list(PodSandboxFilter.newBuilder().setId("0".repeat(64)))).isEmpty();
        assertThat(list(PodSandboxFilter.newBuilder().setState(state(PodSandboxState.SANDBOX_READY))))
                .containsExactly(web);
        assertThat(list(PodSandboxFilter.newBuilder().setState(state(PodSandboxState.SANDBOX_NOTREADY))))
                .containsExactly(db);
        assertThat(list(PodSandboxFilter.newBuilder().putLabelSelector("app", "db")))
                .containsExactly(db);
        assertThat(list(PodSandboxFilter.newBuilder()
                        .putLabelSelector("app", "db")
                        .setState(state(PodSandboxState.SANDBOX_READY))))
                .isEmpty();
    }

    @Test
    void containers_are_filtered_by_id_pod_state_and_labels_all_at_once() {
        one.pods().pull(TestNode.IMAGE);
        String web = one.pods().run("web");
        String db = one.pods().run("db");
        String app = one.pods().create(web, "web", "app", "sleep", "infinity");
        String store = one.pods().create(db, "db", "store", "sleep", "infinity");
        one.pods().start(store);

        assertThat(containers(ContainerFilter.newBuilder().setId(app))).containsExactly(app);
        assertThat(containers(ContainerFilter.newBuilder().setPodSandboxId(db))).containsExactly(store);
        assertThat(containers(ContainerFilter.newBuilder().setState(state(ContainerState.CONTAINER_CREATED))))
                .containsExactly(app);
        assertThat(containers(ContainerFilter.newBuilder().setState(state(ContainerState.CONTAINER_RUNNING))))
                .containsExactly(store);
        assertThat(containers(ContainerFilter.newBuilder().putLabelSelector("container", "app")))
                .containsExactly(app);
        assertThat(containers(ContainerFilter.newBuilder().setPodSandboxId(web).setId(store)))
                .isEmpty();
    }

    @Test
    void the_streamed_lists_have_each_object_once() {
        one.pods().pull(TestNode.IMAGE);
        List<String> pods = new ArrayList<>();
        List<String> containers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            pods.add(one.pods().run("pod-" + i));
            containers.add(one.pods().create(pods.get(i), "pod-" + i, "app", "true"));
        }
        List<String> streamedPods = new ArrayList<>();
        List<String> streamedContainers = new ArrayList<>();

        one.node()
                .client()
                .runtime()
                .streamPodSandboxes(StreamPodSandboxesRequest.getDefaultInstance())
                .forEachRemaining(batch -> batch.getPodSandboxesList().forEach(pod -> streamedPods.add(pod.getId())));
        one.node()
                .client()
                .runtime()
                .streamContainers(StreamContainersRequest.getDefaultInstance())
                .forEachRemaining(
                        batch -> batch.getContainersList().forEach(found -> streamedContainers.add(found.getId())));

        assertThat(streamedPods).containsExactlyInAnyOrderElementsOf(pods);
        assertThat(streamedContainers).containsExactlyInAnyOrderElementsOf(containers);
    }

    private List<String> list(PodSandboxFilter.Builder filter) {
        return one
                .node()
                .client()
                .runtime()
                .listPodSandbox(
                        ListPodSandboxRequest.newBuilder().setFilter(filter).build())
                .getItemsList()
                .stream()
                .map(pod -> pod.getId())
                .toList();
    }

    private List<String> containers(ContainerFilter.Builder filter) {
        return one
                .node()
                .client()
                .runtime()
                .listContainers(
                        ListContainersRequest.newBuilder().setFilter(filter).build())
                .getContainersList()
                .stream()
                .map(container -> container.getId())
                .toList();
    }

    private static PodSandboxStateValue state(PodSandboxState state) {
        return PodSandboxStateValue.newBuilder().setState(state).build();
    }

    private static ContainerStateValue state(ContainerState state) {
        return ContainerStateValue.newBuilder().setState(state).build();
    }
}
