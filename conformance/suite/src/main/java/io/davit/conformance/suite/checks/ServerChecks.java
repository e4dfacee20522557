package io.davit.conformance.suite.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.NetworkConfig;
import io.davit.cri.v1.RuntimeCondition;
import io.davit.cri.v1.RuntimeConfig;
import io.davit.cri.v1.RuntimeConfigRequest;
import io.davit.cri.v1.RuntimeHandler;
import io.davit.cri.v1.StatusRequest;
import io.davit.cri.v1.StatusResponse;
import io.davit.cri.v1.UpdateRuntimeConfigRequest;
import io.davit.cri.v1.VersionRequest;
import io.davit.cri.v1.VersionResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

@Feature("The server about itself")
public final class ServerChecks {
    private final Workbench bench;

    ServerChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(rpc = "Version", says = "All four fields are set; the kubelet's API version is 0.1.0, the runtime's v1.")
    void Version_fills_its_four_fields() {
        VersionResponse version = bench.cri().runtime().version(VersionRequest.getDefaultInstance());
        assertThat(version.getVersion()).isEqualTo("0.1.0");
        assertThat(version.getRuntimeName()).isNotBlank();
        assertThat(version.getRuntimeVersion()).isNotBlank();
        assertThat(version.getRuntimeApiVersion()).startsWith("v1");
    }

    @Test
    @Contract(
            rpc = "Version",
            says = "The version in the request is the client's; the answer does not depend on it.",
            aspects = Aspect.REPETITION)
    void Version_answers_whatever_version_the_client_has() {
        VersionResponse usual = bench.cri().runtime().version(VersionRequest.getDefaultInstance());
        VersionResponse odd = bench.cri()
                .runtime()
                .version(VersionRequest.newBuilder().setVersion("9.9.9").build());
        assertThat(odd).isEqualTo(usual);
    }

    @Test
    @Contract(rpc = "Status", says = "RuntimeReady and NetworkReady are both required conditions.")
    void Status_has_both_conditions_and_they_hold() {
        List<RuntimeCondition> conditions = status(false).getStatus().getConditionsList();
        for (String type : List.of("RuntimeReady", "NetworkReady")) {
            assertThat(conditions)
                    .as(type)
                    .anySatisfy(condition -> assertThat(condition.getType()).isEqualTo(type));
            assertThat(conditions)
                    .filteredOn(condition -> condition.getType().equals(type))
                    .allSatisfy(condition -> assertThat(condition.getStatus())
                            .as(condition.toString())
                            .isTrue());
        }
    }

    @Test
    @Contract(rpc = "Status", says = "Verbose information is given only when it was asked for; it is JSON by key.")
    void Status_gives_details_only_on_request() {
        assertThat(status(false).getInfoMap()).isEmpty();
        var info = status(true).getInfoMap();
        assertThat(info).isNotEmpty();
        assertThat(info.get("config")).as("the entry kubeadm reads").isNotNull();
        assertThat(JsonMapper.shared().readTree(info.get("config")).isObject()).isTrue();
    }

    @Test
    @Contract(rpc = "Status", says = "Every configured handler is listed, and one with the name \"\" for the default.")
    void Status_lists_the_handlers_and_the_default_one() {
        List<RuntimeHandler> handlers = status(false).getRuntimeHandlersList();
        assumeTrue(!handlers.isEmpty(), "the server lists no handlers: it is older than Kubernetes 1.30");
        assertThat(handlers).extracting(RuntimeHandler::getName).contains("").doesNotHaveDuplicates();
        String handler = bench.node().settings().handler();
        assertThat(handlers).extracting(RuntimeHandler::getName).contains(handler);
    }

    @Test
    @Contract(rpc = "Status", says = "Handlers come in a stable order: the kubelet compares them at each poll.")
    void Status_lists_the_handlers_in_the_same_order_each_time() {
        List<RuntimeHandler> first = status(false).getRuntimeHandlersList();
        assumeTrue(first.size() > 1, "the server lists " + first.size() + " handlers");
        for (int i = 0; i < 20; i++) {
            assertThat(status(false).getRuntimeHandlersList()).isEqualTo(first);
        }
    }

    @Test
    @Contract(
            rpc = "RuntimeConfig",
            says =
                    "linux is set, because an unset driver would read as systemd; it does not change while the node runs.")
    void RuntimeConfig_names_the_cgroup_driver_and_stays_with_it() {
        var first = bench.cri().runtime().runtimeConfig(RuntimeConfigRequest.getDefaultInstance());
        assertThat(first.hasLinux()).isTrue();
        assertThat(bench.cri().runtime().runtimeConfig(RuntimeConfigRequest.getDefaultInstance()))
                .isEqualTo(first);
    }

    @Test
    @Contract(
            rpc = "UpdateRuntimeConfig",
            says = "The kubelet sends the node's pod CIDR at each of its starts; it is accepted each time.",
            aspects = Aspect.REPETITION)
    void UpdateRuntimeConfig_takes_the_pod_CIDR() {
        RuntimeConfig config = RuntimeConfig.newBuilder()
                .setNetworkConfig(NetworkConfig.newBuilder().setPodCidr("10.250.0.0/24"))
                .build();
        for (int i = 0; i < 2; i++) {
            var _ = bench.cri()
                    .runtime()
                    .updateRuntimeConfig(UpdateRuntimeConfigRequest.newBuilder()
                            .setRuntimeConfig(config)
                            .build());
        }
    }

    @Test
    @Contract(rpc = "UpdateRuntimeConfig", says = "A request without a network configuration changes nothing.")
    void UpdateRuntimeConfig_takes_an_empty_request() {
        var _ = bench.cri().runtime().updateRuntimeConfig(UpdateRuntimeConfigRequest.getDefaultInstance());
    }

    private StatusResponse status(boolean verbose) {
        return bench.cri()
                .runtime()
                .status(StatusRequest.newBuilder().setVerbose(verbose).build());
    }
}
