package io.davit.backend.docker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.conformance.contract.SandboxSpecBuilder;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CgroupParentsTest {
    private static final SandboxId ID = new SandboxId("a".repeat(64));

    @Test
    void cgroupfs_takes_the_path_as_it_is() {
        assertThat(new CgroupParents(false, "/davit").of(spec("/kubepods/pod1")))
                .isEqualTo("/kubepods/pod1");
    }

    @Test
    void systemd_takes_the_last_slice_alone() {
        assertThat(new CgroupParents(true, "/davit").of(spec("/kubepods.slice/kubepods-pod1.slice")))
                .isEqualTo("kubepods-pod1.slice");
    }

    @Test
    void a_pod_that_names_none_gets_one_of_its_own() {
        assertThat(new CgroupParents(false, "/davit").of(spec(""))).isEqualTo("/davit/" + ID);
        assertThat(new CgroupParents(true, "/davit").of(spec(""))).isEqualTo("davit-" + ID + ".slice");
    }

    @Test
    void a_kubelet_with_another_driver_than_docker_is_told_so() {
        assertThatThrownBy(() -> new CgroupParents(false, "/davit").of(spec("/kubepods.slice")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("linux.cgroup_parent")
                .hasMessageContaining("native.cgroupdriver");
    }

    @Test
    void no_path_leads_out() {
        assertThatThrownBy(() -> new CgroupParents(false, "/davit").of(spec("/a/../../b")))
                .isInstanceOf(Fault.class);
    }

    private static SandboxSpec spec(String parent) {
        return SandboxSpecBuilder.of(ID, "pod").cgroupParent(parent).build();
    }
}
