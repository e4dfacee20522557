package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.IdMapping;
import io.davit.core.domain.Image;
import io.davit.core.domain.ImageSpec;
import io.davit.core.domain.Mount;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.SandboxSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images mounted into containers of other images. */
class ImageVolumesInsideTest extends ImagesInsideContainers {
    private static Mount volume(Image image, String subPath, String target) {
        ImageSpec spec = ImageSpec.of(image.repoTags().getFirst());
        return new Mount(
                target,
                new Mount.Source.ImageVolume(spec, subPath, Optional.of(image.id())),
                true,
                false,
                false,
                Mount.Propagation.PRIVATE,
                List.of(),
                List.of(),
                List.of());
    }

    private static UnaryOperator<ContainerSpec> with(Mount... mounts) {
        return spec -> Specs.mounts(spec, mounts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void an_image_is_there_to_read_and_execute_and_not_to_write(String handler) {
        Image other = other();
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));

        String seen = engine.output(
                sandbox,
                with(volume(other, "", "/image"), volume(other, "bin", "/tools")),
                "echo $(cat /image/etc/image-name); /image/bin/busybox echo runs; /tools/busybox echo too;"
                        + " touch /image/x /tools/x 2>&1 | grep -c Read-only");

        assertThat(seen).isEqualTo("other\nruns\ntoo\n2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void in_a_user_namespace_its_files_belong_to_the_pods_root(String handler) {
        Image other = other();
        List<IdMapping> mapping = List.of(new IdMapping(300_000, 0, 65_536));
        Namespaces namespaces = new Namespaces(
                NamespaceMode.POD,
                NamespaceMode.CONTAINER,
                NamespaceMode.POD,
                Optional.empty(),
                Optional.of(new Namespaces.UserNamespace(NamespaceMode.POD, mapping, mapping)));
        SandboxSpec sandbox = engine.sandbox(spec -> Specs.handler(spec, handler, namespaces));

        assertThat(engine.output(sandbox, with(volume(other, "", "/image")), "stat -c %u /image /image/bin/busybox"))
                .isEqualTo("0\n0");
    }

    @Test
    void a_sub_path_that_is_missing_or_a_file_is_named_with_the_kubelets_reason() {
        Image other = other();
        SandboxSpec sandbox = engine.sandbox();

        for (String path : List.of("no/such", "etc/passwd")) {
            assertThatThrownBy(() -> engine.output(sandbox, with(volume(other, path, "/image")), "true"))
                    .isInstanceOf(Fault.class)
                    .hasMessageStartingWith("ImageVolumeMountFailed: ")
                    .hasMessageContaining("'" + path + "'");
        }
    }

    @Test
    void an_image_that_is_removed_stays_for_the_containers_that_have_it() {
        Image other = other();
        ContainerSpec container = running(with(volume(other, "", "/image")));

        engine.backend().images().remove(other.id());

        assertThat(engine.exec(container, "/image/bin/busybox", "echo", "still there"))
                .isEqualTo("still there");
        assertThat(engine.backend().images().list())
                .noneMatch(image -> image.id().equals(other.id()));
    }
}
