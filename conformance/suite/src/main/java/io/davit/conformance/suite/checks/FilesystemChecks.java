package io.davit.conformance.suite.checks;

import static io.davit.conformance.suite.checks.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.davit.conformance.suite.contract.Contract;
import io.davit.conformance.suite.contract.Feature;
import io.davit.conformance.suite.node.Container;
import io.davit.conformance.suite.node.Workbench;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.Mount;
import io.davit.cri.v1.MountPropagation;
import io.davit.cri.v1.RuntimeHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@Feature("Configuration: files and devices")
final class FilesystemChecks {
    private final Workbench bench;

    FilesystemChecks(Workbench bench) {
        this.bench = bench;
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A mounted directory is the host's: changes are seen on both sides.",
            fields = {"Mount.host_path", "Mount.container_path"})
    void a_mount_is_seen_from_both_sides() throws IOException {
        Path data = bench.directory("data");
        Files.writeString(data.resolve("in"), "from the host");
        Container container = bench.runPod().run(bench.idle().addMounts(mount(data)));
        assertThat(container.sh("cat /data/in; echo from inside > /data/out")).isEqualTo("from the host");
        assertThat(data.resolve("out")).hasContent("from inside\n");
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A single file can be mounted, on a path that the image does not have.")
    void a_file_can_be_mounted() throws IOException {
        Path file = Files.writeString(bench.directory().resolve("file"), "content");
        Container container =
                bench.runPod().run(bench.idle().addMounts(mount(file).setContainerPath("/not/there/file")));
        assertThat(container.sh("cat /not/there/file")).isEqualTo("content");
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A read-only mount cannot be written to.", fields = "Mount.readonly")
    void a_read_only_mount_cannot_be_written() {
        Container container = bench.runPod()
                .run(bench.idle().addMounts(mount(bench.directory("data")).setReadonly(true)));
        assertThat(container.exec("touch", "/data/new").exitCode()).isNotZero();
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A symbolic link on the host is followed.")
    void a_link_on_the_host_is_followed() throws IOException {
        Path data = bench.directory("data");
        Files.writeString(data.resolve("file"), "behind the link");
        Path link = Files.createSymbolicLink(bench.directory().resolve("link"), data);
        Container container = bench.runPod().run(bench.idle().addMounts(mount(link)));
        assertThat(container.sh("cat /data/file")).isEqualTo("behind the link");
        Files.delete(link);
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "Mounts are made from the outside in, in whatever order they are sent.")
    void a_mount_may_lie_in_another() throws IOException {
        Path outer = bench.directory("outer");
        Path inner = bench.directory("inner");
        Files.writeString(inner.resolve("file"), "inner");
        Container container = bench.runPod()
                .run(bench.idle()
                        .addMounts(mount(inner).setContainerPath("/data/inner"))
                        .addMounts(mount(outer)));
        assertThat(container.sh("cat /data/inner/file")).isEqualTo("inner");
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A mount that the kubelet sends for /etc/hosts is the one that is there.")
    void the_hosts_file_of_the_request_wins() throws IOException {
        Path hosts = Files.writeString(bench.directory().resolve("hosts"), "192.0.2.1 example\n");
        Container container =
                bench.runPod().run(bench.idle().addMounts(mount(hosts).setContainerPath("/etc/hosts")));
        assertThat(container.sh("cat /etc/hosts")).isEqualTo("192.0.2.1 example");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Private propagation: what the host mounts later is not seen.",
            fields = "Mount.propagation")
    void a_private_mount_does_not_see_later_mounts() throws Exception {
        assertThat(seesLaterMount(MountPropagation.PROPAGATION_PRIVATE)).isFalse();
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Propagation from the host: what the host mounts later is seen.",
            fields = "Mount.propagation")
    void a_slave_mount_sees_later_mounts() throws Exception {
        assertThat(seesLaterMount(MountPropagation.PROPAGATION_HOST_TO_CONTAINER))
                .isTrue();
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Propagation both ways: what a container mounts is seen on the host.",
            fields = "Mount.propagation")
    void a_shared_mount_gives_its_mounts_to_the_host() throws Exception {
        Path data = bench.directory("data");
        assumeShared(data);
        ContainerConfig.Builder config = ProcessChecks.with(
                bench.idle().addMounts(mount(data).setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL)),
                security -> security.setPrivileged(true));
        Container container = bench.runPod(FilesystemChecks::privileged).run(config);
        try {
            var _ = container.sh("mkdir /data/sub && mount -t tmpfs none /data/sub && touch /data/sub/file");
            assertThat(data.resolve("sub/file")).exists();
        } finally {
            host("umount", data.resolve("sub").toString());
        }
    }

    @Test
    @Contract(
            rpc = {"CreateContainer", "Status"},
            says = "Recursively read-only means that mounts below cannot be written either, if the handler can do it.",
            fields = "Mount.recursive_read_only")
    void a_recursively_read_only_mount_has_no_writable_part() throws Exception {
        assumeTrue(
                bench.node().status().getRuntimeHandlersList().stream()
                        .filter(handler ->
                                handler.getName().equals(bench.node().settings().handler()))
                        .anyMatch((RuntimeHandler handler) ->
                                handler.getFeatures().getRecursiveReadOnlyMounts()),
                "the handler does not have the feature recursive_read_only_mounts");
        Path data = bench.directory("data");
        Path sub = Files.createDirectory(data.resolve("sub"));
        assertThat(host("mount", "-t", "tmpfs", "none", sub.toString())).isZero();
        try {
            Container container = bench.runPod()
                    .run(bench.idle().addMounts(mount(data).setReadonly(true).setRecursiveReadOnly(true)));
            assertThat(container.exec("touch", "/data/sub/new").exitCode()).isNotZero();
            container.pod().remove();
        } finally {
            host("umount", sub.toString());
        }
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "recursive_read_only without readonly, or with propagation, is refused.")
    void recursive_read_only_needs_read_only_and_private() {
        var pod = bench.runPod();
        Mount.Builder recursive = mount(bench.directory("data")).setRecursiveReadOnly(true);
        refused(() -> pod.create(bench.idle().addMounts(recursive)));
        refused(() -> pod.create(bench.idle()
                .addMounts(recursive.setReadonly(true).setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL))));
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A read-only root cannot be written; mounts and /dev/shm can.",
            fields = "LinuxContainerSecurityContext.readonly_rootfs")
    void a_read_only_root_cannot_be_written() {
        Container container = bench.runPod()
                .run(ProcessChecks.with(
                        bench.idle().addMounts(mount(bench.directory("data"))),
                        security -> security.setReadonlyRootfs(true)));
        assertThat(container.exec("touch", "/new").exitCode()).isNotZero();
        assertThat(container.exec("touch", "/etc/resolv.conf").exitCode()).isNotZero();
        assertThat(container.exec("touch", "/data/new").exitCode()).isZero();
        assertThat(container.exec("touch", "/dev/shm/new").exitCode()).isZero();
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "Masked paths show nothing; read-only paths cannot be written.",
            fields = {"LinuxContainerSecurityContext.masked_paths", "LinuxContainerSecurityContext.readonly_paths"})
    void paths_are_masked_and_read_only() {
        Container container = bench.runPod()
                .run(ProcessChecks.with(
                        bench.idle(),
                        security -> security.addMaskedPaths("/proc/cpuinfo")
                                .addMaskedPaths("/etc")
                                .addMaskedPaths("/not/there")
                                .addReadonlyPaths("/tmp")
                                .addReadonlyPaths("/proc/sys")));
        assertThat(container.sh("wc -c < /proc/cpuinfo")).isEqualTo("0");
        assertThat(container.sh("ls /etc | wc -l")).isEqualTo("0");
        assertThat(container.exec("touch", "/tmp/new").exitCode()).isNotZero();
        assertThat(container
                        .exec("sh", "-c", "echo x > /proc/sys/kernel/hostname")
                        .exitCode())
                .isNotZero();
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "The lists are complete: what they do not name is neither masked nor read-only.")
    void nothing_is_masked_that_was_not_asked_for() {
        Container container = bench.runPod().run(bench.idle());
        assertThat(container.sh("grep -cE ' /proc/(kcore|keys|timer_list|sysrq-trigger|sys) ' /proc/mounts || true"))
                .isEqualTo("0");
    }

    @Test
    @Contract(
            rpc = "CreateContainer",
            says = "A privileged container has the host's devices and nothing is masked.",
            fields = {"LinuxContainerSecurityContext.privileged", "LinuxSandboxSecurityContext.privileged"})
    void a_privileged_container_has_the_hosts_devices() {
        Container container = bench.runPod(FilesystemChecks::privileged)
                .run(ProcessChecks.with(bench.idle(), security -> security.setPrivileged(true)));
        assertThat(container.exec("test", "-e", "/dev/kmsg").exitCode()).isZero();
        assertThat(container.sh("grep ' /sys sysfs ' /proc/mounts")).contains("rw");
        assertThat(container.procStatus("1", "Seccomp")).isEqualTo("0");
    }

    @Test
    @Contract(rpc = "CreateContainer", says = "A privileged container needs a privileged sandbox.")
    void a_privileged_container_needs_a_privileged_pod() {
        var pod = bench.runPod();
        refused(() -> pod.create(ProcessChecks.with(bench.idle(), security -> security.setPrivileged(true))));
    }

    private static io.davit.cri.v1.PodSandboxConfig.Builder privileged(
            io.davit.cri.v1.PodSandboxConfig.Builder config) {
        config.getLinuxBuilder().getSecurityContextBuilder().setPrivileged(true);
        return config;
    }

    private boolean seesLaterMount(MountPropagation propagation) throws Exception {
        Path data = bench.directory("data");
        Path sub = Files.createDirectory(data.resolve("sub"));
        assumeShared(data);
        Container container =
                bench.runPod().run(bench.idle().addMounts(mount(data).setPropagation(propagation)));
        assertThat(host("mount", "-t", "tmpfs", "none", sub.toString())).isZero();
        try {
            Files.createFile(sub.resolve("file"));
            return container.exec("test", "-e", "/data/sub/file").exitCode() == 0;
        } finally {
            container.pod().remove();
            host("umount", sub.toString());
        }
    }

    private static void assumeShared(Path directory) throws Exception {
        Process process = new ProcessBuilder("findmnt", "-no", "PROPAGATION", "-T", directory.toString()).start();
        String propagation =
                new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assumeTrue(propagation.contains("shared"), "the host's " + directory + " is not on a shared mount");
    }

    private static int host(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command)).inheritIO().start();
        if (!process.waitFor(20, TimeUnit.SECONDS)) throw new IOException("hangs: " + String.join(" ", command));
        return process.exitValue();
    }

    private static Mount.Builder mount(Path host) {
        return Mount.newBuilder().setHostPath(host.toString()).setContainerPath("/data");
    }
}
