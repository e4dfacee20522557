package io.davit.backend.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import io.davit.backend.docker.wire.UnixTransport;
import io.davit.conformance.registry.LoopbackRegistry;
import io.davit.conformance.registry.PublishedImage;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.ImageReference;
import io.davit.core.domain.RuntimeHandler;
import io.davit.core.spi.Backend;
import io.davit.core.spi.Finding;
import io.davit.core.spi.HostServices;
import io.davit.core.spi.PullRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that ran pods through cri-dockerd, or dockershim, until now. */
@Tag("docker")
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(120)
class MigrationTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void its_containers_are_reported_with_what_to_do_and_are_no_pods_of_ours_and_stay() {
        HostServices host = TestDaemon.host(directory);
        DockerSettings settings = TestDaemon.settings(host);
        try (LoopbackRegistry registry = LoopbackRegistry.start();
                PlainFront front = PlainFront.of(registry.host());
                UnixTransport transport = new UnixTransport(settings.socket());
                Backend backend = new DockerProvider().open(settings, List.of(), host)) {
            registry.publish("shell", "1", PublishedImage.busybox("shell", List.of("sh")));
            String image = front.host() + "/shell:1";
            backend.images()
                    .pull(new PullRequest(
                            ImageReference.parse(image), new Credentials.Anonymous(), RuntimeHandler.DEFAULT));
            DockerClient docker = DockerClientImpl.getInstance(
                    DefaultDockerClientConfig.createDefaultConfigBuilder()
                            .withDockerHost("unix://" + settings.socket())
                            .build(),
                    transport.bounded(LIMIT));
            List<String> old = List.of(left(docker, image, "podsandbox"), left(docker, image, "container"));
            try {
                assertThat(new DockerProvider().diagnose(settings, host))
                        .filteredOn(finding -> finding.subject().equals("cri-dockerd"))
                        .singleElement()
                        .satisfies(finding -> {
                            assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
                            assertThat(finding.detail()).startsWith("2 containers");
                            assertThat(finding.remedy()).contains("io.kubernetes.docker.type");
                        });
                assertThat(backend.observer().sightings()).isEmpty();
                assertThat(old)
                        .allSatisfy(id -> assertThat(
                                        docker.inspectContainerCmd(id).exec().getId())
                                .isEqualTo(id));
            } finally {
                old.forEach(id -> docker.removeContainerCmd(id).withForce(true).exec());
            }
            backend.images().list().forEach(one -> backend.images().remove(one.id()));
            assertThat(new DockerProvider().diagnose(settings, host))
                    .noneMatch(finding -> finding.subject().equals("cri-dockerd"));
        }
    }

    // As cri-dockerd names and labels them (core/naming.go, core/labels.go).
    private static String left(DockerClient docker, String image, String type) {
        String name = type.equals("container") ? "web" : "POD";
        return docker.createContainerCmd(image)
                .withName("k8s_" + name + "_shop_default_4711_0")
                .withLabels(Map.of(
                        "io.kubernetes.docker.type",
                        type,
                        "io.kubernetes.pod.name",
                        "shop",
                        "io.kubernetes.pod.namespace",
                        "default",
                        "io.kubernetes.container.name",
                        name))
                .exec()
                .getId();
    }
}
