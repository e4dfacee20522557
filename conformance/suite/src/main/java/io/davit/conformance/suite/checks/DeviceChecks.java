package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@Feature("Configuration: files and devices")
final class DeviceChecks {
    private final Workbench bench;

    DeviceChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A device is there under its path, with its permissions.",
            fields = {"Device.host_path", "Device.container_path", "Device.permissions"})
    void a_device_can_be_used_as_permitted() {
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "the host has no /dev/fuse");
        // Not one of the devices that every container may use, such as /dev/zero, under whatever path.
        Container container = bench.runPod()
                .run(bench.idle()
                        .addDevices(device("/dev/full", "/dev/my-full", "rw"))
                        .addDevices(device("/dev/fuse", "/dev/my-fuse", "r")));
        assertThat(container.exec("sh", "-c", "echo x > /dev/my-full").stderr()).contains("No space left");
        assertThat(container.exec("sh", "-c", ": < /dev/my-fuse").exitCode()).isZero();
        assertThat(container.exec("sh", "-c", ": > /dev/my-fuse").exitCode())
                .as("opening for writing what may be read only")
                .isNotZero();
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Devices that were not asked for cannot be used, even if they can be made.")
    void a_device_that_was_not_asked_for_cannot_be_used() {
        Container container = bench.runPod().run(bench.idle());
        assertThat(container
                        .exec("sh", "-c", "mknod /tmp/kmsg c 1 11 && head -c 1 /tmp/kmsg")
                        .exitCode())
                .isNotZero();
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A device that the host does not have is refused.")
    void a_device_that_is_not_there_is_refused() {
        var pod = bench.runPod();
        refused(() -> pod.create(bench.idle().addDevices(device("/dev/no-such-device", "/dev/x", "rwm")))
                .start());
    }

    private static Device device(String host, String container, String permissions) {
        return Device.newBuilder()
                .setHostPath(host)
                .setContainerPath(container)
                .setPermissions(permissions)
                .build();
    }
}
