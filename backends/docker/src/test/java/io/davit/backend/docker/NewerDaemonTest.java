package io.davit.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.davit.backend.docker.FakeDaemon.Reply;
import io.davit.conformance.contract.ContainerSpecBuilder;
import io.davit.conformance.contract.SandboxSpecBuilder;
import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageConfig;
import io.davit.core.domain.ImageId;
import io.davit.core.domain.ImageSpec;
import io.davit.core.domain.Mount;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Backend;
import io.davit.core.spi.HostServices;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is said to daemons of other versions than the one the contract runs on, seen on the wire. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class NewerDaemonTest {
    private static final String IMAGE_ID = "sha256:" + "1".repeat(64);
    private static final String CREATE = "/containers/create";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory;

    private FakeDaemon fake;
    private HostServices host;
    private SandboxSpec sandbox;

    @BeforeEach
    void start() {
        fake = FakeDaemon.start(directory);
        fake.on("/images/json", new Reply.Text("200 OK", "[]"));
        fake.on("/containers/json", new Reply.Text("200 OK", "[]"));
        fake.on(CREATE, new Reply.Text("201 Created", "{\"Id\":\"d\",\"Warnings\":[]}"));
        host = TestDaemon.host(directory);
        sandbox = SandboxSpecBuilder.of(SandboxId.random(host.random()), "pod")
                .logDirectory(directory.resolve("logs"))
                .build();
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    @ParameterizedTest
    @CsvSource({"1.41, 1.41", "1.43, 1.43", "1.45, 1.45", "1.48, 1.48", "1.52, 1.48", "1.55, 1.48"})
    void the_newest_version_that_both_know_is_spoken(String newest, String spoken) {
        fake.speaking(newest);

        try (Backend backend = open()) {
            assertThat(backend.details()).containsEntry("apiVersion", spoken);
            assertThat(fake.requests())
                    .filteredOn(request -> !request.endsWith("/_ping"))
                    .isNotEmpty()
                    .allMatch(request -> request.contains(" /v" + spoken + "/"));
        }
    }

    @Test
    void a_daemon_that_is_too_old_is_refused_with_what_is_needed() {
        fake.speaking("1.40");

        Fault fault = catchThrowableOfType(Fault.class, this::open);

        assertThat(fault.kind()).isInstanceOf(Fault.Kind.Unsupported.class);
        assertThat(fault).hasMessageContaining("1.40").hasMessageContaining("Docker 20.10");
    }

    @ParameterizedTest
    @CsvSource({"1.41, false", "1.44, true", "1.52, true"})
    void a_read_only_mount_is_not_made_recursive_by_those_that_would(String newest, boolean told) {
        fake.speaking(newest);
        Mount readonly = mount(new Mount.Source.HostPath(directory.toString()));

        JsonNode options = created(spec -> spec.mount(readonly))
                .path("HostConfig")
                .path("Mounts")
                .path(0)
                .path("BindOptions");

        assertThat(options.path("ReadOnlyNonRecursive").asBoolean(false)).isEqualTo(told);
    }

    @Test
    void a_mount_is_recursively_read_only_with_each_handler_whose_runtime_can_whatever_the_others() {
        fake.speaking("1.45").on("/info", new Reply.Text("200 OK", """
                {"DefaultRuntime": "runc", "Runtimes": {"crun": {"path": "crun"}, "runc": {"path": "runc", "status":
                  {"org.opencontainers.runtime-spec.features": "{\\"mountOptions\\":[\\"ro\\",\\"rro\\"]}"}}}}
                """));
        Mount readonly = new Mount(
                "/data",
                new Mount.Source.HostPath(directory.toString()),
                true,
                true,
                false,
                Mount.Propagation.PRIVATE,
                List.of(),
                List.of(),
                List.of());

        sandbox = handledBy("docker-runc");
        JsonNode options = created(spec -> spec.mount(readonly))
                .path("HostConfig")
                .path("Mounts")
                .path(0)
                .path("BindOptions");
        assertThat(options.path("ReadOnlyForceRecursive").asBoolean(false)).isTrue();

        sandbox = handledBy("docker-crun");
        Fault fault = catchThrowableOfType(Fault.class, () -> created(spec -> spec.mount(readonly)));
        assertThat(fault).hasMessageContaining("/data").hasMessageContaining("a runtime that can");
    }

    private SandboxSpec handledBy(String handler) {
        return SandboxSpecBuilder.of(SandboxId.random(host.random()), "pod")
                .logDirectory(directory.resolve("logs"))
                .handler(new RuntimeHandler(handler))
                .build();
    }

    @Test
    void an_image_is_mounted_by_Docker_28() {
        fake.speaking("1.48");

        JsonNode mount = created(spec -> spec.mount(imageVolume()))
                .path("HostConfig")
                .path("Mounts")
                .path(0);

        assertThat(mount.path("Type").asString("")).isEqualTo("image");
        assertThat(mount.path("Source").asString("")).isEqualTo(IMAGE_ID);
        assertThat(mount.path("ReadOnly").asBoolean(false)).isTrue();
        assertThat(mount.path("ImageOptions").path("Subpath").asString("")).isEqualTo("data");
    }

    @Test
    void an_image_volume_is_refused_by_its_reason_before_Docker_28() {
        fake.speaking("1.47");

        Fault fault = catchThrowableOfType(Fault.class, () -> created(spec -> spec.mount(imageVolume())));

        assertThat(fault.kind()).isInstanceOf(Fault.Kind.Unsupported.class);
        assertThat(fault).hasMessageContaining("/mnt/volume").hasMessageContaining("28");
    }

    @Test
    void the_stop_signal_of_an_image_is_known() {
        fake.on("/images/json", new Reply.Text("200 OK", "[{\"Id\":\"" + IMAGE_ID + "\"}]"));
        fake.on(
                "/images/" + IMAGE_ID + "/json",
                new Reply.Text("200 OK", "{\"Id\":\"" + IMAGE_ID + "\",\"Config\":{\"StopSignal\":\"SIGQUIT\"}}"));

        try (Backend backend = open()) {
            assertThat(backend.images().list())
                    .extracting(seen -> seen.config().stopSignal())
                    .containsExactly("SIGQUIT");
        }
    }

    @Test
    void CDI_names_are_passed_to_a_daemon_that_knows_them() {
        fake.speaking("1.47")
                .on("/info", new Reply.Text("200 OK", "{\"CDISpecDirs\":[\"/etc/cdi\",\"/var/run/cdi\"]}"));

        JsonNode request = devices(List.of("vendor.com/gpu=0"), Map.of())
                .path("HostConfig")
                .path("DeviceRequests")
                .path(0);

        assertThat(request.path("Driver").asString("")).isEqualTo("cdi");
        assertThat(request.path("DeviceIDs").valueStream().map(JsonNode::asString))
                .containsExactly("vendor.com/gpu=0");
    }

    @Test
    void CDI_names_in_annotations_count_too_and_each_once() {
        fake.speaking("1.47").on("/info", new Reply.Text("200 OK", "{\"CDISpecDirs\":[\"/etc/cdi\"]}"));
        Map<String, String> annotations = Map.of("cdi.k8s.io/plugin", "vendor.com/gpu=0,vendor.com/gpu=1");

        JsonNode request = devices(List.of("vendor.com/gpu=0"), annotations)
                .path("HostConfig")
                .path("DeviceRequests")
                .path(0);

        assertThat(request.path("DeviceIDs").valueStream().map(JsonNode::asString))
                .containsExactly("vendor.com/gpu=0", "vendor.com/gpu=1");
    }

    @Test
    void CDI_names_are_refused_by_their_reason_where_the_daemon_does_not_know_them() {
        Fault fault = catchThrowableOfType(
                Fault.class, () -> devices(List.of(), Map.of("cdi.k8s.io/plugin", "vendor.com/gpu=0")));

        assertThat(fault.kind()).isInstanceOf(Fault.Kind.Unsupported.class);
        assertThat(fault).hasMessageContaining("vendor.com/gpu=0").hasMessageContaining("daemon.json");
    }

    private Backend open() {
        return new DockerProvider().open(TestDaemon.settings(fake.socket(), host), List.of(), host);
    }

    private JsonNode created(UnaryOperator<ContainerSpecBuilder> change) {
        return created(change.apply(builder()).build());
    }

    private JsonNode devices(List<String> names, Map<String, String> annotations) {
        ContainerSpec spec = builder().build();
        return created(new ContainerSpec(
                spec.id(),
                spec.name(),
                spec.image(),
                spec.imageId(),
                spec.imageReference(),
                spec.process(),
                spec.stdio(),
                spec.mounts(),
                spec.devices(),
                names,
                spec.anonymousVolumes(),
                spec.labels(),
                annotations,
                spec.logPath(),
                spec.resources(),
                spec.security(),
                spec.stopSignal()));
    }

    private JsonNode created(ContainerSpec spec) {
        try (Backend backend = open()) {
            backend.containers().create(sandbox, spec);
            return JSON.readTree(fake.bodyOf(CREATE));
        }
    }

    private ContainerSpecBuilder builder() {
        return ContainerSpecBuilder.of(ContainerId.random(host.random()), sandbox, image(), List.of("sh"));
    }

    private static Image image() {
        return new Image(ImageId.parse(IMAGE_ID), List.of("busybox:1"), List.of(), 1, ImageConfig.EMPTY, false);
    }

    private static Mount imageVolume() {
        return mount(
                new Mount.Source.ImageVolume(ImageSpec.of("data:1"), "data", Optional.of(ImageId.parse(IMAGE_ID))));
    }

    private static Mount mount(Mount.Source source) {
        return new Mount(
                "/mnt/volume", source, true, false, false, Mount.Propagation.PRIVATE, List.of(), List.of(), List.of());
    }
}
