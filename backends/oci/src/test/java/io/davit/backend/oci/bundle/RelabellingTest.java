package io.davit.backend.oci.bundle;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RelabellingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/etc", "/etc/kubernetes", "/usr/lib/x", "/var", "/var/lib", "/home", "/home/me", "/root/x"
            })
    void what_is_the_systems_keeps_its_labels(String path) {
        assertThatThrownBy(() -> Relabelling.refuseSystem(Path.of(path)))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("mounts.selinux_relabel")
                .hasMessageContaining(path + " belongs to the system");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/var/lib/kubelet/pods/1/volumes/x", "/etcetera", "/home/me/data", "/srv/data", "/data"})
    void volumes_can_have_others(String path) {
        assertThatCode(() -> Relabelling.refuseSystem(Path.of(path))).doesNotThrowAnyException();
    }
}
