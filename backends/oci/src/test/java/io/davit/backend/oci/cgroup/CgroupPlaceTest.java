package io.davit.backend.oci.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CgroupPlaceTest {
    private static final SandboxId POD = new SandboxId("a".repeat(64));

    @Test
    void without_a_parent_the_pod_has_a_group_of_ours() {
        CgroupPlace place = CgroupPlace.of("", "/davit", POD);

        assertThat(place).isEqualTo(new CgroupPlace("/davit/" + POD, true));
        assertThat(place.ofContainer(new ContainerId("b".repeat(64))))
                .isEqualTo("/davit/" + POD + "/davit-" + "b".repeat(64));
    }

    @Test
    void a_parent_of_the_kubelets_is_the_kubelets() {
        assertThat(CgroupPlace.of("/kubepods/pod1", "/davit", POD)).isEqualTo(new CgroupPlace("/kubepods/pod1", false));
        assertThat(CgroupPlace.of("kubepods", "/davit", POD).path()).isEqualTo("/kubepods");
    }

    @Test
    void a_slice_means_that_the_kubelet_has_another_driver() {
        assertThatThrownBy(() -> CgroupPlace.of("kubepods-pod1.slice", "/davit", POD))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("cgroupDriver");
    }

    @Test
    void a_path_does_not_lead_elsewhere() {
        for (String path : new String[] {"/", "/a/../b", "/a//b", "/a/.."}) {
            assertThatThrownBy(() -> CgroupPlace.of(path, "/davit", POD)).isInstanceOf(Fault.class);
        }
    }
}
