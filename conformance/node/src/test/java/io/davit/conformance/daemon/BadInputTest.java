package io.davit.conformance.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.conformance.client.Requests;
import io.davit.conformance.node.Pods;
import io.davit.conformance.node.Refusal;
import io.davit.cri.v1.ContainerConfig;
import io.davit.cri.v1.ContainerState;
import io.davit.cri.v1.Device;
import io.davit.cri.v1.Mount;
import io.davit.cri.v1.PodSandboxConfig;
import io.davit.cri.v1.RemoveImageRequest;
import io.davit.cri.v1.RunPodSandboxRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Whatever a client gets wrong: the right code, a sentence that helps, and nothing left behind. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
class BadInputTest {
    private static final String NOBODY = "0".repeat(64);

    private final PrivateHost host = PrivateHost.make();
    private final DaemonProcess daemon = DaemonProcess.start(host);
    private final Pods pods = daemon.pods();
    private final List<String> ids = new ArrayList<>();

    @AfterEach
    void nothing_is_left() throws IOException {
        pods.listContainers().forEach(container -> pods.remove(container.getId()));
        pods.list().forEach(pod -> pods.removePod(pod.getId()));
        pods.listImages().forEach(image -> removeImage(image.getId()));
        assertThat(Leftovers.of(host, ids, daemon.pid())).isEmpty();
    }

    @AfterAll
    void close() throws IOException {
        daemon.close();
        host.close();
    }

    @Test
    void unknown_ids_are_not_found_and_empty_ones_invalid() {
        assertThat(Refusal.of(() -> pods.podStatus(NOBODY)).getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(Refusal.of(() -> pods.status(NOBODY)).getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(Refusal.of(() -> pods.start(NOBODY)).getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(Refusal.of(() -> pods.exec(NOBODY, 1, "true")).getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(Refusal.of(() -> pods.create(NOBODY, "web", "app", "true")).getCode())
                .isEqualTo(Code.NOT_FOUND);
        pods.stop(NOBODY, 0);
        pods.remove(NOBODY);
        pods.stopPod(NOBODY);
        pods.removePod(NOBODY);
        assertThat(Refusal.of(() -> pods.podStatus("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(Refusal.of(() -> pods.start("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(Refusal.of(() -> pods.stopPod("")).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void a_container_of_an_image_that_is_not_here_is_not_found() {
        String pod = run("web");

        Status refusal = Refusal.of(() -> pods.create(pod, "web", "app", "true"));

        assertThat(refusal.getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(refusal.getDescription()).contains(host.image());
        assertThat(pods.listContainers()).isEmpty();
    }

    @Test
    void the_same_pod_twice_is_refused_with_the_id_of_the_first() {
        String first = run("web");

        Status refusal = Refusal.of(() -> pods.run("web"));

        assertThat(refusal.getCode()).isEqualTo(Code.ALREADY_EXISTS);
        assertThat(refusal.getDescription()).contains(first);
    }

    @Test
    void a_program_that_is_missing_is_a_start_error_with_its_name() {
        pods.pull(host.image());
        String pod = run("web");

        Status refusal = Refusal.of(() -> started(pod, "app", "/no/such/program"));

        assertThat(refusal.getDescription()).contains("/no/such/program");
        pods.listContainers().forEach(container -> {
            assertThat(container.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
            assertThat(pods.status(container.getId()).getReason()).isEqualTo("StartError");
            assertThat(pods.status(container.getId()).getExitCode()).isEqualTo(128);
        });
    }

    @Test
    void a_program_that_may_not_be_executed_is_named() {
        pods.pull(host.image());
        String pod = run("web");

        Status refusal = Refusal.of(() -> started(pod, "app", "/etc/passwd"));

        assertThat(refusal.getDescription()).contains("/etc/passwd");
    }

    @Test
    void a_missing_command_of_an_exec_is_named_and_the_container_runs_on() {
        pods.pull(host.image());
        String container = started(run("web"), "app", "sleep", "1000000");

        Status refusal = Refusal.of(() -> pods.exec(container, 10, "/no/such/program"));

        assertThat(refusal.getDescription()).contains("/no/such/program");
        assertThat(pods.exec(container, 10, "true").getExitCode()).isZero();
    }

    @Test
    void an_exec_that_takes_too_long_has_exceeded_its_deadline_and_leaves_no_process() {
        pods.pull(host.image());
        String container = started(run("web"), "app", "sleep", "1000000");

        Status refusal = Refusal.of(() -> pods.exec(container, 1, "sleep", "987654"));

        assertThat(refusal.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                pods.exec(container, 10, "ps").getStdout().toStringUtf8())
                        .doesNotContain("987654"));
    }

    @Test
    void what_cannot_be_made_of_a_container_names_its_field_and_leaves_nothing() {
        pods.pull(host.image());
        String pod = run("web");

        assertRefused(
                pod,
                "log_path",
                one -> one.toBuilder().setLogPath("../../../etc/cron.d/x").build());
        assertRefused(
                pod,
                "/dev/no-such-device",
                one -> one.toBuilder()
                        .addDevices(Device.newBuilder()
                                .setHostPath("/dev/no-such-device")
                                .setContainerPath("/dev/x")
                                .setPermissions("rwm"))
                        .build());
        assertRefused(pod, "nobody-of-that-name", one -> {
            var linux = one.getLinux().toBuilder();
            linux.getSecurityContextBuilder().setRunAsUsername("nobody-of-that-name");
            return one.toBuilder().setLinux(linux).build();
        });
        assertRefused(pod, "NO_SUCH_THING", one -> {
            var linux = one.getLinux().toBuilder();
            linux.getSecurityContextBuilder().getCapabilitiesBuilder().addAddCapabilities("NO_SUCH_THING");
            return one.toBuilder().setLinux(linux).build();
        });
        assertRefused(pod, "privileged", one -> {
            var linux = one.getLinux().toBuilder();
            linux.getSecurityContextBuilder().setPrivileged(true);
            return one.toBuilder().setLinux(linux).build();
        });
        assertRefused(
                pod,
                "container_path",
                one -> one.toBuilder()
                        .addMounts(Mount.newBuilder().setHostPath("/tmp"))
                        .build());
        assertThat(pods.listContainers()).isEmpty();
    }

    @Test
    void a_mount_over_a_link_that_leaves_the_container_stays_inside() throws IOException {
        pods.pull(host.image());
        String pod = run("web");
        Path outside = host.root().resolve("outside");
        Path volume = host.root().resolve("volume");
        Files.createDirectories(outside);
        Files.createDirectories(volume);
        Files.createSymbolicLink(volume.resolve("link"), outside);
        ContainerConfig config = Requests.container("app", host.image(), List.of("sleep", "1000000")).toBuilder()
                .addMounts(Mount.newBuilder().setHostPath(volume.toString()).setContainerPath("/volume"))
                .addMounts(Mount.newBuilder().setHostPath("/tmp").setContainerPath("/volume/link/deep"))
                .build();

        try {
            pods.start(pods.create(pod, "web", config));
        } catch (StatusRuntimeException refused) {
            assertThat(refused.getStatus().getDescription()).isNotBlank(); // to refuse it is as good
        }

        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void an_unknown_sysctl_is_named_and_the_name_is_free_again() {
        PodSandboxConfig good = pods.config("web");
        var linux = good.getLinux().toBuilder().putSysctls("kernel.no_such_sysctl", "1");
        PodSandboxConfig bad = good.toBuilder().setLinux(linux).build();

        Status refusal = Refusal.of(() -> pods.run(bad));

        assertThat(refusal.getDescription()).contains("kernel.no_such_sysctl");
        assertThat(pods.list()).isEmpty();
        assertThat(run("web")).isNotEmpty();
    }

    @Test
    void an_unknown_runtime_handler_is_named() {
        Status refusal = Refusal.of(() -> daemon.client()
                .runtime()
                .runPodSandbox(RunPodSandboxRequest.newBuilder()
                        .setConfig(pods.config("web"))
                        .setRuntimeHandler("nobody")
                        .build()));

        assertThat(refusal.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refusal.getDescription()).contains("nobody");
    }

    private void assertRefused(String pod, String word, UnaryOperator<ContainerConfig> change) {
        ContainerConfig config = Requests.container("app", host.image(), List.of("sleep", "1000000"));
        Status refusal = Refusal.of(() -> {
            String id = pods.create(pod, "web", change.apply(config));
            ids.add(id);
            pods.start(id);
        });
        assertThat(refusal.getDescription()).contains(word);
        assertThat(refusal.getCode()).isNotEqualTo(Code.INTERNAL);
        pods.listContainers().forEach(container -> pods.remove(container.getId()));
    }

    private String run(String pod) {
        String id = pods.run(pod);
        ids.add(id);
        return id;
    }

    private String started(String pod, String name, String... command) {
        String id = pods.create(pod, "web", name, command);
        ids.add(id);
        pods.start(id);
        return id;
    }

    private void removeImage(String image) {
        var _ = daemon.client()
                .images()
                .removeImage(RemoveImageRequest.newBuilder()
                        .setImage(Requests.image(image))
                        .build());
    }
}
