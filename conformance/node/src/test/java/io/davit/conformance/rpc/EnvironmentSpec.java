package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.SpiMethod;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.EnvironmentVariable;
import io.davit.cri.v1.NamespaceMode;
import io.davit.cri.v1.PodSandboxConfig;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What variables a container begins with. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class EnvironmentSpec {
    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    @BeforeEach
    void pullAnImage() {
        var _ = one.pods().pull(TestNode.IMAGE);
    }

    @Test
    void on_a_network_of_its_own_a_pod_has_the_name_of_the_request() {
        assertThat(environmentIn(one.pods().config("web"))).contains(EnvironmentVariable.of("HOSTNAME", "web"));
    }

    /** There the host name is the node's, whatever the pod is called, and the engine knows it. */
    @Test
    void on_the_network_of_the_node_a_container_is_told_no_other_name() {
        PodSandboxConfig.Builder config = one.pods().config("web").toBuilder();
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setNetwork(NamespaceMode.NODE);

        assertThat(environmentIn(config.build()))
                .extracting(EnvironmentVariable::name)
                .doesNotContain("HOSTNAME")
                .contains("PATH", "NAME");
    }

    private List<EnvironmentVariable> environmentIn(PodSandboxConfig pod) {
        var _ = one.pods().create(one.pods().run(pod), "web", "app", "true");
        ContainerSpec spec = (ContainerSpec) one.script()
                .callsOf(SpiMethod.CONTAINER_CREATE)
                .getLast()
                .arguments()
                .getLast();
        return spec.process().environment();
    }
}
