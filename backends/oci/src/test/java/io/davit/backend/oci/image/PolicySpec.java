package io.davit.backend.oci.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.backend.oci.registry.ScriptedServer;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that may not come, or must stay, because the operator says so. */
@Tag("oci")
@DisplayNameGeneration(ReplaceUnderscores.class)
class PolicySpec {
    @TempDir
    Path directory;

    private ScriptedServer registry;
    private TestImage app;

    @BeforeEach
    void start() throws IOException {
        registry = ScriptedServer.start();
        app = new TestImage().file("etc/app", "1");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private ImageStore store(List<String> allowed, List<String> pinned) {
        return new ImageStore(directory, new ImageSettings(allowed, pinned), Map.of());
    }

    @Nested
    class An_image {
        @Test
        void of_a_place_that_is_not_allowed_is_refused_before_anybody_is_asked() {
            String name = app.publish(registry, "team/app", "1");
            try (ImageStore store = store(List.of("registry.example", registry.host() + "/other"), List.of())) {
                Fault fault = store.fault(name);

                assertThat(fault.kind()).isInstanceOf(Fault.Kind.Refused.class);
                assertThat(fault).hasMessageContaining(registry.host()).hasMessageContaining("oci.images.allowed");
                assertThat(registry.requests()).isEmpty();
                store.assertEmpty();
            }
        }

        @Test
        void of_an_allowed_place_comes() {
            String name = app.publish(registry, "team/app", "1");
            try (ImageStore store = store(List.of(registry.host() + "/team"), List.of())) {
                assertThat(store.pull(name).repoTags()).containsExactly(name);
            }
        }

        @Test
        void is_not_let_in_by_the_beginning_of_a_name() {
            String name = app.publish(registry, "team/app", "1");
            try (ImageStore store = store(List.of(registry.host() + "/te"), List.of())) {
                assertThat(store.fault(name).kind()).isInstanceOf(Fault.Kind.Refused.class);
            }
        }

        @Test
        void is_pinned_by_name_or_by_its_beginning() {
            String one = app.publish(registry, "team/app", "1");
            String two = new TestImage().file("x", "2").publish(registry, "infra/pause", "2");
            String three = new TestImage().file("x", "3").publish(registry, "other/app", "3");
            try (ImageStore store = store(List.of(), List.of(one, registry.host() + "/infra/*"))) {
                for (String name : List.of(one, two, three)) store.pull(name);

                assertThat(store.images().list().stream()
                                .filter(Image::pinned)
                                .flatMap(image -> image.repoTags().stream()))
                        .containsExactlyInAnyOrder(one, two);
            }
        }
    }
}
