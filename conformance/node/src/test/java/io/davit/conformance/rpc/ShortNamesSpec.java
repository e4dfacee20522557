package io.davit.conformance.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.memory.Registry;
import io.davit.backend.memory.Script;
import io.davit.backend.memory.SpiMethod;
import io.davit.backend.memory.World;
import io.davit.conformance.node.Refusal;
import io.davit.conformance.node.TestNode;
import io.davit.core.domain.Credentials;
import io.davit.core.domain.ImageConfig;
import io.davit.core.spi.PullRequest;
import io.davit.cri.v1.AuthConfig;
import io.davit.cri.v1.ImageSpec;
import io.davit.cri.v1.ImageStatusRequest;
import io.davit.cri.v1.PullImageRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images whose names have no registry, on a node that looks for them in two. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(60)
class ShortNamesSpec {
    private static final String SEARCHED = """
            [images]
            short-name-registries = ["first.example", "docker.io"]
            """;

    @TempDir
    Path root;

    private TestNode node;
    private final Script script = new Script();
    private Registry registry;

    @BeforeEach
    void start() {
        World world = new World();
        registry = world.registry();
        node = TestNode.start(root, SEARCHED, world, script);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private String idOf(String name) {
        ImageStatusRequest request = ImageStatusRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(name))
                .build();
        return node.client().images().imageStatus(request).getImage().getId();
    }

    @Test
    void come_from_the_first_registry_that_has_them() {
        registry.publish("docker.io/library/app:1", "everybody's", ImageConfig.EMPTY);
        String theirs = node.pods().pull("app:1");
        assertThat(idOf("docker.io/library/app:1")).isEqualTo(theirs);

        registry.publish("first.example/app:1", "ours", ImageConfig.EMPTY);
        String ours = node.pods().pull("app:1");

        assertThat(ours).isNotEqualTo(theirs);
        assertThat(idOf("first.example/app:1")).isEqualTo(ours);
        assertThat(idOf("app:1")).isEqualTo(ours);
    }

    @Test
    void with_a_path_are_short_as_well() {
        registry.publish("first.example/team/app:latest", "ours", ImageConfig.EMPTY);

        assertThat(idOf("first.example/team/app")).isEmpty();
        assertThat(node.pods().pull("team/app")).isEqualTo(idOf("first.example/team/app"));
    }

    @Test
    void that_nobody_has_are_absent_and_every_registry_is_named() {
        Status refusal = Refusal.of(() -> node.pods().pull("nobody"));

        assertThat(refusal.getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(refusal.getDescription()).contains("first.example/nobody", "docker.io/library/nobody");
    }

    /** What lies elsewhere under the same name may be something else. */
    @Test
    void are_not_looked_for_behind_a_registry_that_does_not_answer() {
        registry.publish("docker.io/library/app:1", "everybody's", ImageConfig.EMPTY);
        registry.unreachable("first.example");

        Status refusal = Refusal.of(() -> node.pods().pull("app:1"));

        assertThat(refusal.getDescription()).startsWith("RegistryUnavailable: first.example");
        assertThat(node.pods().listImages()).isEmpty();
    }

    /** The kubelet looks for credentials under the name that Docker completes; nobody else must learn them. */
    @Test
    void show_credentials_that_name_no_registry_to_dockers_alone() {
        registry.publish("docker.io/library/app:1", "everybody's", ImageConfig.EMPTY);

        pull("app:1", "");

        assertThat(shownTo()).containsExactly("docker.io");
    }

    @Test
    void show_credentials_to_the_registry_they_name() {
        registry.publish("docker.io/library/app:1", "everybody's", ImageConfig.EMPTY);

        pull("app:1", "https://first.example/v2/");

        assertThat(shownTo()).containsExactly("first.example");
    }

    private void pull(String image, String serverAddress) {
        var _ = node.client()
                .images()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .setAuth(AuthConfig.newBuilder()
                                .setUsername("me")
                                .setPassword("pass")
                                .setServerAddress(serverAddress))
                        .build());
    }

    /** The registries that were asked with credentials. */
    private List<String> shownTo() {
        return script.callsOf(SpiMethod.IMAGE_PULL).stream()
                .map(call -> (PullRequest) call.arguments().getFirst())
                .filter(request -> !(request.credentials() instanceof Credentials.Anonymous))
                .map(request -> request.reference().registry())
                .toList();
    }

    @Test
    void do_not_change_what_full_names_mean() {
        registry.publish("first.example/app:1", "ours", ImageConfig.EMPTY);

        Status refusal = Refusal.of(() -> node.pods().pull("docker.io/app:1"));

        assertThat(refusal.getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(refusal.getDescription()).contains("docker.io/library/app:1").doesNotContain("first.example");
    }
}
