package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.IDMapping;
import io.davit.cri.v1.Mount;
import io.davit.cri.v1.NamespaceMode;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Users of a pod that are nobody on the host (KEP-127). */
@Feature("Configuration: user namespaces")
final class UserNamespaceChecks {
    private static final int FIRST = 1_000_000;
    private static final int COUNT = 65_536;
    private static final IDMapping MAPPING = IDMapping.newBuilder()
            .setContainerId(0)
            .setHostId(FIRST)
            .setLength(COUNT)
            .build();
    private static final UserNamespace OWN = UserNamespace.newBuilder()
            .setMode(NamespaceMode.POD)
            .addUids(MAPPING)
            .addGids(MAPPING)
            .build();

    private final Workbench bench;

    UserNamespaceChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = {"RunPodSandbox", "CreateContainer", "Status"},
            says = "With a user namespace, the pod's root is the first user of its mapping on the host.",
            fields = {
                "UserNamespace.mode",
                "UserNamespace.uids",
                "UserNamespace.gids",
                "IDMapping.host_id",
                "IDMapping.container_id",
                "IDMapping.length"
            })
    void root_of_the_pod_is_nobody_on_the_host() {
        requireFeature();
        Container container = podOf(OWN).run(mapped(bench.idle(), OWN));
        for (String map : new String[] {"uid_map", "gid_map"}) {
            assertThat(container.sh("cat /proc/1/" + map).strip().split("\\s+"))
                    .as(map)
                    .containsExactly("0", String.valueOf(FIRST), String.valueOf(COUNT));
        }
        assertThat(container.procStatus("1", "Uid")).isEqualTo("0 0 0 0");
        assertThat(container.exec("touch", "/its-own").exitCode()).isZero();
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A volume with the pod's mapping shows its files under the ids that they have on the host.",
            fields = {"Mount.uidMappings", "Mount.gidMappings"})
    void a_mapped_volume_keeps_its_owners() throws IOException {
        requireFeature();
        Path data = bench.directory("data");
        Files.writeString(data.resolve("of-root"), "x");
        Container container = podOf(OWN)
                .run(mapped(bench.idle(), OWN)
                        .addMounts(Mount.newBuilder()
                                .setHostPath(data.toString())
                                .setContainerPath("/data")
                                .addUidMappings(MAPPING)
                                .addGidMappings(MAPPING)));
        assertThat(container.sh("stat -c %u:%g /data/of-root")).isEqualTo("0:0");
        var _ = container.sh("touch /data/from-inside");
        assertThat(Files.getAttribute(data.resolve("from-inside"), "unix:uid")).isEqualTo(0);
    }

    @Test
    @Contract(rpc = "RunPodSandbox", says = "A mapping without the pod's root, two mappings, or two modes are refused.")
    void mappings_that_make_no_sense_are_refused() {
        requireFeature();
        IDMapping withoutRoot = MAPPING.toBuilder().setContainerId(1).build();
        refused(() -> podOf(OWN.toBuilder().setUids(0, withoutRoot).build()));
        refused(() -> podOf(OWN.toBuilder()
                .addUids(MAPPING.toBuilder().setContainerId(COUNT).setHostId(FIRST + COUNT))
                .build()));
        refused(() -> podOf(OWN.toBuilder().setMode(NamespaceMode.CONTAINER).build()));
    }

    private void requireFeature() {
        assumeTrue(
                bench.node().status().getRuntimeHandlersList().stream()
                        .filter(handler ->
                                handler.getName().equals(bench.node().settings().handler()))
                        .anyMatch(handler -> handler.getFeatures().getUserNamespaces()),
                "the handler does not have the feature user_namespaces");
    }

    private Pod podOf(UserNamespace users) {
        PodSandboxConfig.Builder config = bench.podConfig();
        config.getLinuxBuilder()
                .getSecurityContextBuilder()
                .getNamespaceOptionsBuilder()
                .setUsernsOptions(users);
        return bench.runPod(config);
    }

    private static ContainerConfig.Builder mapped(ContainerConfig.Builder config, UserNamespace users) {
        return ProcessChecks.with(
                config, security -> security.getNamespaceOptionsBuilder().setUsernsOptions(users));
    }
}
