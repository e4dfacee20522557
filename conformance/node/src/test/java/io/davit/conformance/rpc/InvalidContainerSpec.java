package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.client.Requests;
import io.davit.conformance.node.NodeExtension;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerMetadata;
import io.davit.cri.v1.CreateContainerRequest;
import io.davit.cri.v1.Device;
import io.davit.cri.v1.LinuxContainerConfig;
import io.davit.cri.v1.LinuxContainerResources;
import io.davit.cri.v1.Mount;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests for containers that are wrong in themselves: they are refused with the field's name and change nothing. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class InvalidContainerSpec {
    @RegisterExtension
    final NodeExtension one = new NodeExtension();

    private String pod = "";

    @BeforeEach
    void runAPod() {
        one.pods().pull(TestNode.IMAGE);
        pod = one.pods().run("web");
    }

    @AfterEach
    void nothing_is_left_but_the_pod() {
        assertThat(one.pods().listContainers()).isEmpty();
        assertThat(one.world().objects()).containsExactly(pod);
    }

    @Test
    void empty_fields_are_invalid() {
        ContainerConfig nameless = container("app").toBuilder()
                .setMetadata(ContainerMetadata.getDefaultInstance())
                .build();
        ContainerConfig imageless = container("app").toBuilder().clearImage().build();

        assertThat(Refusal.of(() -> one.pods().create(pod, "web", nameless)).getCode())
                .isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(Refusal.of(() -> one.pods().create(pod, "web", imageless)).getCode())
                .isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(Refusal.of(() -> one.pods().create("", "web", "app", "true")).getCode())
                .isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(Refusal.of(() -> create(CreateContainerRequest.newBuilder()
                                .setPodSandboxId(pod)
                                .build()))
                        .getCode())
                .isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void a_path_that_cannot_be_one_is_invalid() {
        Mount mount =
                Mount.newBuilder().setHostPath("/a").setContainerPath("/b").build();
        Device device = Device.newBuilder()
                .setHostPath("/dev/a")
                .setContainerPath("/dev/b")
                .build();
        List<ContainerConfig.Builder> wrong = List.of(
                container("app").toBuilder().addMounts(mount.toBuilder().setContainerPath("/b\0")),
                container("app").toBuilder().addMounts(mount.toBuilder().setHostPath("/a\0")),
                container("app").toBuilder().addDevices(device.toBuilder().setContainerPath("/dev/b\0")),
                container("app").toBuilder().addDevices(device.toBuilder().setHostPath("/dev/a\0")),
                container("app").toBuilder().addDevices(device.toBuilder().setHostPath("a")),
                container("app").toBuilder().setLogPath("app\0.log"));

        for (ContainerConfig.Builder config : wrong) {
            assertThat(Refusal.of(() -> one.pods().create(pod, "web", config.build()))
                            .getCode())
                    .isEqualTo(Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void a_log_path_that_leaves_the_log_directory_is_invalid() {
        ContainerConfig leaving =
                container("app").toBuilder().setLogPath("../../etc/passwd").build();

        Status refusal = Refusal.of(() -> one.pods().create(pod, "web", leaving));

        assertThat(refusal.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refusal.getDescription()).contains("log_path");
    }

    @Test
    void limits_of_memory_and_swap_that_contradict_each_other_are_invalid() {
        assertThat(refusalOf(limits(0, 1 << 30)).getDescription())
                .contains("config.linux.resources.memory_swap_limit_in_bytes", "memory_limit_in_bytes");
        assertThat(refusalOf(limits(1 << 30, 1 << 20)).getDescription())
                .contains("config.linux.resources.memory_swap_limit_in_bytes", "1048576", "1073741824");
    }

    private static LinuxContainerResources limits(long memoryBytes, long memoryAndSwapBytes) {
        return LinuxContainerResources.newBuilder()
                .setMemoryLimitInBytes(memoryBytes)
                .setMemorySwapLimitInBytes(memoryAndSwapBytes)
                .build();
    }

    private Status refusalOf(LinuxContainerResources resources) {
        ContainerConfig config = container("app").toBuilder()
                .setLinux(LinuxContainerConfig.newBuilder().setResources(resources))
                .build();
        Status refusal = Refusal.of(() -> one.pods().create(pod, "web", config));
        assertThat(refusal.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        return refusal;
    }

    private static ContainerConfig container(String name) {
        return Requests.container(name, TestNode.IMAGE, List.of("sleep", "infinity"));
    }

    private String create(CreateContainerRequest request) {
        return one.node().client().runtime().createContainer(request).getContainerId();
    }
}
