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
import io.davit.cri.v1.ContainerFilter;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.NamespaceMode;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.PodSandboxFilter;
import io.davit.cri.v1.PodSandboxState;
import io.davit.cri.v1.PodSandboxStatus;
import io.davit.cri.v1.PodSandboxStatusRequest;
import io.grpc.Status.Code;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

@Feature("Pod sandboxes")
final class SandboxChecks {
    private static final String NOBODY = "0123456789abcdef".repeat(4);

    private final Workbench bench;

    SandboxChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = {"RunPodSandbox", "PodSandboxStatus"},
            says = "After RunPodSandbox the sandbox is ready, and its status has all that was asked for.",
            fields = {
                "PodSandboxMetadata.name",
                "PodSandboxMetadata.uid",
                "PodSandboxMetadata.namespace",
                "PodSandboxConfig.labels",
                "PodSandboxConfig.annotations"
            })
    void a_sandbox_is_ready_and_tells_what_it_was_made_from() {
        long before = System.currentTimeMillis();
        Map<String, String> odd = Map.of("odd/key", "a=b, \"c\" ü\n", "empty", "");
        Pod pod = bench.runPod(config -> config.putLabels("label", "value").putAllAnnotations(odd));
        PodSandboxStatus status = pod.status();
        assertThat(status.getId()).isEqualTo(pod.id());
        assertThat(status.getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(status.getMetadata()).isEqualTo(pod.config().getMetadata());
        assertThat(status.getLabelsMap()).isEqualTo(pod.config().getLabelsMap());
        assertThat(status.getAnnotationsMap()).isEqualTo(pod.config().getAnnotationsMap());
        assertThat(status.getRuntimeHandler()).isEqualTo(bench.node().settings().handler());
        assertThat(TimeUnit.NANOSECONDS.toMillis(status.getCreatedAt()))
                .as("created_at, in nanoseconds")
                .isBetween(before - 2_000, System.currentTimeMillis() + 2_000);
    }

    @Test
    @Contract(
            rpc = {"RunPodSandbox", "PodSandboxStatus"},
            says = "When RunPodSandbox returns, the status of a pod with a network of its own has its address.")
    void a_pod_has_its_address_at_once() {
        String ip = bench.runPod().status().getNetwork().getIp();
        assertThat(ip).matches("[0-9.]+|[0-9a-f:]+");
    }

    @Test
    @Contract(rpc = "PodSandboxStatus", says = "A pod on the host's network has no address of its own.")
    void a_pod_on_the_hosts_network_tells_no_address() {
        Pod pod = bench.runPod(SandboxChecks::onHostNetwork);
        assertThat(pod.status().getNetwork().getIp()).isEmpty();
    }

    @Test
    @Contract(rpc = "PodSandboxStatus", says = "The namespace options of the status are those of the request.")
    void the_status_repeats_the_namespace_options() {
        Pod pod = bench.runPod(SandboxChecks::onHostNetwork);
        assertThat(pod.status().getLinux().getNamespaces().getOptions())
                .isEqualTo(pod.config().getLinux().getSecurityContext().getNamespaceOptions());
    }

    @Test
    @Contract(rpc = "RunPodSandbox", says = "The id has 64 hexadecimal digits: names of log links depend on it.")
    void the_id_has_64_hexadecimal_digits() {
        assertThat(bench.runPod().id()).matches("[0-9a-f]{64}");
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "A log directory that is not there is made.",
            fields = "PodSandboxConfig.log_directory")
    void the_log_directory_is_made() {
        var directory = bench.directory().resolve("not/yet/there");
        Pod pod = bench.runPod(config -> config.setLogDirectory(directory.toString()));
        Container container = pod.run(bench.idle());
        assertThat(directory).isDirectory();
        assertThat(container.logPath()).exists();
    }

    @Test
    @Contract(
            rpc = {"StopPodSandbox", "PodSandboxStatus"},
            says = "Stopping kills all containers of the sandbox; it stays, not ready, without an address.")
    void a_stopped_sandbox_stays_and_its_containers_have_exited() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.command("sleep", "3600"));
        pod.stop();
        assertThat(pod.status().getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        assertThat(pod.status().getNetwork().getIp()).isEmpty();
        assertThat(container.status().getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    }

    @Test
    @Contract(rpc = "StopPodSandbox", says = "Stopping what is stopped is a success.", aspects = Aspect.REPETITION)
    void stopping_twice_is_a_success() {
        Pod pod = bench.runPod();
        pod.stop();
        pod.stop();
    }

    @Test
    @Contract(rpc = "StopPodSandbox", says = "Stopping what does not exist is a success.")
    void stopping_what_does_not_exist_is_a_success() {
        bench.cri().stopPodSandbox(NOBODY);
    }

    @Test
    @Contract(
            rpc = {"StopPodSandbox", "RemovePodSandbox"},
            says = "Stopping what was removed is a success.")
    void stopping_what_was_removed_is_a_success() {
        Pod pod = bench.runPod();
        pod.stop();
        pod.remove();
        pod.stop();
    }

    @Test
    @Contract(
            rpc = "RemovePodSandbox",
            says = "Removing what was removed, or never existed, is a success.",
            aspects = Aspect.REPETITION)
    void removing_twice_is_a_success() {
        Pod pod = bench.runPod();
        pod.stop();
        pod.remove();
        pod.remove();
        bench.cri().removePodSandbox(NOBODY);
    }

    @Test
    @Contract(
            rpc = "RemovePodSandbox",
            says = "Running containers and the sandbox are forcibly terminated and removed.")
    void a_running_pod_can_be_removed() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.command("sleep", "3600"));
        pod.remove();
        refusedWith(pod::status, Code.NOT_FOUND);
        refusedWith(container::status, Code.NOT_FOUND);
        assertThat(bench.cri()
                        .listContainers(ContainerFilter.newBuilder()
                                .setId(container.id())
                                .build()))
                .isEmpty();
    }

    @Test
    @Contract(
            rpc = "PodSandboxStatus",
            says = "A sandbox that is not there is NOT_FOUND: the kubelet skips it then.",
            aspects = Aspect.REFUSAL)
    void the_status_of_what_is_not_there_is_NOT_FOUND() {
        refusedWith(() -> bench.cri().podSandboxStatus(NOBODY), Code.NOT_FOUND);
    }

    @Test
    @Contract(rpc = "PodSandboxStatus", says = "An id may be shortened as long as it is unique.")
    void a_shortened_id_is_enough() {
        Pod pod = bench.runPod();
        assertThat(bench.cri().podSandboxStatus(pod.id().substring(0, 20)).getId())
                .isEqualTo(pod.id());
    }

    @Test
    @Contract(rpc = "PodSandboxStatus", says = "Information that is not for the kubelet comes only when asked for.")
    void details_are_given_on_request() {
        Pod pod = bench.runPod();
        var request = PodSandboxStatusRequest.newBuilder().setPodSandboxId(pod.id());
        var info = bench.cri()
                .runtime()
                .podSandboxStatus(request.setVerbose(true).build())
                .getInfoMap();
        assertThat(info).isNotEmpty();
        assertThat(info.values())
                .allSatisfy(
                        value -> assertThat(JsonMapper.shared().readTree(value)).isNotNull());
        assertThat(bench.cri()
                        .runtime()
                        .podSandboxStatus(request.setVerbose(false).build())
                        .getInfoMap())
                .isEmpty();
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "Name, namespace and uid are required; a refused request leaves nothing.",
            aspects = Aspect.REFUSAL)
    void a_sandbox_without_metadata_is_refused() {
        PodSandboxConfig config = bench.podConfig().build();
        refused(() ->
                bench.cri().runPodSandbox(config.toBuilder().clearMetadata().build(), ""));
        PodSandboxConfig.Builder nameless = config.toBuilder();
        nameless.getMetadataBuilder().clearName();
        refused(() -> bench.cri().runPodSandbox(nameless.build(), ""));
        assertNothingWasMade(config);
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "A handler that is not configured is refused, and nothing is left.",
            aspects = Aspect.REFUSAL)
    void an_unknown_handler_is_refused() {
        PodSandboxConfig config = bench.podConfig().build();
        refused(() -> bench.cri().runPodSandbox(config, "no-such-handler"));
        assertNothingWasMade(config);
    }

    @Test
    @Contract(rpc = "RunPodSandbox", says = "After a refusal the same name can be used again.")
    void a_refused_name_is_free_again() {
        PodSandboxConfig.Builder config = bench.podConfig();
        refused(() -> bench.cri().runPodSandbox(config.build(), "no-such-handler"));
        Pod pod = bench.runPod(config);
        assertThat(pod.status().getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "The name of a removed sandbox can be used again, by a sandbox of a new id.")
    void a_removed_name_is_free_again() {
        PodSandboxConfig.Builder config = bench.podConfig();
        Pod first = bench.runPod(config);
        first.stop();
        first.remove();
        assertThat(bench.runPod(config).id()).isNotEqualTo(first.id());
    }

    @Test
    @Contract(
            rpc = "RunPodSandbox",
            says = "Attempts of one pod are sandboxes of their own.",
            fields = "PodSandboxMetadata.attempt")
    void two_attempts_are_two_sandboxes() {
        PodSandboxConfig.Builder config = bench.podConfig();
        Pod first = bench.runPod(config);
        first.stop();
        config.getMetadataBuilder().setAttempt(1);
        Pod second = bench.runPod(config);
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(first.status().getMetadata().getAttempt()).isZero();
        assertThat(second.status().getMetadata().getAttempt()).isEqualTo(1);
    }

    private void assertNothingWasMade(PodSandboxConfig config) {
        PodSandboxFilter mine = PodSandboxFilter.newBuilder()
                .putAllLabelSelector(config.getLabelsMap())
                .build();
        assertThat(bench.cri().listPodSandbox(mine)).isEmpty();
    }

    private static PodSandboxConfig.Builder onHostNetwork(PodSandboxConfig.Builder config) {
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setNetwork(NamespaceMode.NODE);
        return config.clearHostname(); // as the kubelet sends it: such a pod has the host's name
    }
}
