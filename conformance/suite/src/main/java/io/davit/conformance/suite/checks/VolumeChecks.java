package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.davit.conformance.suite.contract.Aspect;
import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Pod;
import io.davit.conformance.suite.node.TestImage;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.CDIDevice;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@Feature("Configuration: images, options and CDI devices")
final class VolumeChecks {
    private static final Path CDI = Path.of("/var/run/cdi");

    private final Workbench bench;

    VolumeChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "An image can be mounted: its files are there, and cannot be written.",
            fields = "Mount.image")
    void an_image_can_be_mounted() {
        Container container = bench.runPod().run(bench.idle().addMounts(image()));
        assertThat(container.sh("cat /volume/etc/passwd")).contains("www-data");
        assertThat(container.exec("touch", "/volume/new").exitCode()).isNotZero();
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Of an image a directory can be mounted; one that the image does not have is refused.",
            fields = "Mount.image_sub_path")
    void a_directory_of_an_image_can_be_mounted() {
        Pod pod = bench.runPod();
        Container container = pod.run(bench.idle().addMounts(image().setImageSubPath("etc")));
        assertThat(container.sh("cat /volume/passwd")).contains("www-data");
        refused(() -> pod.create(bench.idle().addMounts(image().setImageSubPath("no/such/directory"))));
        refused(() -> pod.create(bench.idle().addMounts(image().setImageSubPath("../etc"))));
    }

    @Test
    @Contract(
            rpc = {"CreateContainer", "Status"},
            says = "Options of a mount hold in the container, if the server has the feature.",
            fields = "Mount.mount_options")
    void options_of_a_mount_hold() throws IOException {
        assumeTrue(bench.node().status().getFeatures().getMountOptions(), "the server lacks the feature mount_options");
        Path data = bench.directory("data");
        Files.writeString(data.resolve("program"), "#!/bin/sh\necho ran\n");
        assertThat(data.resolve("program").toFile().setExecutable(true)).isTrue();
        Mount.Builder mount = Mount.newBuilder().setHostPath(data.toString()).setContainerPath("/data");
        Pod pod = bench.runPod();
        Container plain = pod.run(bench.idle().addMounts(mount));
        assertThat(plain.sh("/data/program")).isEqualTo("ran");
        Container without = pod.run(bench.idle().addMounts(mount.clone().addMountOptions("noexec")));
        assertThat(without.exec("sh", "-c", "/data/program").exitCode()).isNotZero();
        refused(() -> pod.create(bench.idle().addMounts(mount.clone().addMountOptions("no-such-option"))));
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "On a node without SELinux nothing can be relabelled, and nothing is missing.",
            fields = "Mount.selinux_relabel")
    void without_SELinux_relabelling_is_no_obstacle() throws IOException {
        assumeFalse(Files.exists(Path.of("/sys/fs/selinux/enforce")), "the host has SELinux");
        Path file = Files.writeString(bench.directory("data").resolve("file"), "content");
        Container container = bench.runPod()
                .run(bench.idle()
                        .addMounts(Mount.newBuilder()
                                .setHostPath(String.valueOf(file.getParent()))
                                .setContainerPath("/data")
                                .setSelinuxRelabel(true)));
        assertThat(container.sh("cat /data/file")).isEqualTo("content");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A CDI device brings what its description says.",
            fields = "CDIDevice.name")
    void a_CDI_device_brings_what_its_description_says() throws IOException {
        String kind = "davit.io/" + bench.name("thing");
        Path description = described(kind);
        try {
            Container container = bench.runPod()
                    .run(bench.script("echo $BROUGHT; test -c /dev/brought && echo there")
                            .addCDIDevices(CDIDevice.newBuilder().setName(kind + "=one")));
            assertThat(container.output()).isEqualTo("by the device\nthere");
        } finally {
            Files.delete(description);
        }
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A CDI device that nobody describes is refused.",
            aspects = Aspect.REFUSAL)
    void a_CDI_device_that_nobody_describes_is_refused() throws IOException {
        String kind = "davit.io/" + bench.name("thing");
        Path description = described(kind);
        try {
            Pod pod = bench.runPod();
            refused(() ->
                    pod.create(bench.idle().addCDIDevices(CDIDevice.newBuilder().setName(kind + "=two"))));
        } finally {
            Files.delete(description);
        }
    }

    private Path described(String kind) throws IOException {
        Files.createDirectories(CDI);
        return Files.writeString(CDI.resolve(bench.name("davit-conformance") + ".json"), """
                {"cdiVersion": "0.6.0", "kind": "%s", "devices": [{"name": "one", "containerEdits": {
                  "env": ["BROUGHT=by the device"],
                  "deviceNodes": [{"path": "/dev/brought", "hostPath": "/dev/null"}]}}]}
                """.formatted(kind));
    }

    private Mount.Builder image() {
        return Mount.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(bench.pulled(TestImage.USER_NAME)))
                .setReadonly(true)
                .setContainerPath("/volume");
    }
}
