package io.davit.backend.oci.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CgroupPlaceTest {
    private static final SandboxId POD = new SandboxId("a".repeat(64));
    private static final ContainerId CONTAINER = new ContainerId("b".repeat(64));
    private static final Cgroups FIRST = new Cgroups(Map.of("memory", Path.of("/m")), Optional.empty(), Set.of());
    private static final Cgroups SECOND = new Cgroups(Map.of(), Optional.of(Path.of("/c")), Set.of("memory"));

    @Nested
    class Of_cgroupfs {
        private final CgroupDriver driver = new CgroupfsDriver(FIRST, "/davit");

        @Test
        void without_a_parent_a_pod_has_a_group_of_ours() {
            CgroupPlace place = driver.place("", POD);

            assertThat(place).isEqualTo(new CgroupPlace("/davit/" + POD, true, false));
            assertThat(place.ofContainer(CONTAINER)).isEqualTo("/davit/" + POD + "/davit-" + CONTAINER);
            assertThat(place.inConfig(CONTAINER)).isEqualTo(place.ofContainer(CONTAINER));
            assertThat(place.ofMonitor(CONTAINER)).isEqualTo("/davit/" + POD + "/davit-conmon-" + CONTAINER);
        }

        @Test
        void a_group_named_by_the_kubelet_is_the_kubelets() {
            assertThat(driver.place("/kubepods/pod1", POD)).isEqualTo(new CgroupPlace("/kubepods/pod1", false, false));
            assertThat(driver.place("kubepods", POD).path()).isEqualTo("/kubepods");
        }

        @Test
        void a_slice_is_refused_with_the_remedy() {
            assertThatThrownBy(() -> driver.place("kubepods-pod1.slice", POD))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("linux.cgroup_parent")
                    .hasMessageContaining("cgroupDriver: cgroupfs");
        }

        @Test
        void a_path_that_leads_elsewhere_is_refused() {
            for (String path : List.of("/", "//", "/a//b", "/../etc", "/a/..")) {
                assertThatThrownBy(() -> driver.place(path, POD)).isInstanceOf(Fault.class);
            }
        }

        @Test
        void our_own_groups_tell_their_pod() {
            assertThat(driver.sandboxOf(POD.value())).contains(POD);
            assertThat(driver.sandboxOf("davit-" + POD)).isEmpty();
        }
    }

    @Nested
    class Of_systemd {
        private final CgroupDriver driver = SystemdDriver.below("davit.slice", SECOND);

        @Test
        void without_a_parent_a_pod_has_a_slice_of_ours() {
            CgroupPlace place = driver.place("", POD);

            String slice = "davit-" + POD + ".slice";
            assertThat(place).isEqualTo(new CgroupPlace("/davit.slice/" + slice, true, true));
            String own = "davit-" + POD + "-" + CONTAINER + ".slice";
            assertThat(place.around(CONTAINER)).isEqualTo("/davit.slice/" + slice + "/" + own);
            assertThat(place.ofContainer(CONTAINER))
                    .isEqualTo(place.around(CONTAINER) + "/davit-" + CONTAINER + ".scope");
            assertThat(place.inConfig(CONTAINER)).isEqualTo(own + ":davit:" + CONTAINER);
            assertThat(place.ofMonitor(CONTAINER))
                    .isEqualTo("/davit.slice/" + slice + "/davit-conmon-" + CONTAINER + ".scope");
            assertThat(driver.sandboxOf(slice)).contains(POD);
        }

        @Test
        void a_slice_of_the_kubelet_stands_where_its_name_says_in_either_form() {
            String path = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice";

            assertThat(driver.place(path, POD)).isEqualTo(new CgroupPlace(path, false, true));
            assertThat(driver.place("kubepods-burstable-pod1_2.slice", POD).path())
                    .isEqualTo(path);
        }

        @Test
        void a_path_is_refused_with_the_remedy() {
            for (String path : List.of("/kubepods/pod1", "/", "a--b.slice", "-.slice", "/../x", "a b.slice")) {
                assertThatThrownBy(() -> driver.place(path, POD))
                        .as(path)
                        .isInstanceOf(Fault.class)
                        .hasMessageContaining("linux.cgroup_parent")
                        .hasMessageContaining("cgroupDriver: systemd");
            }
        }

        @Test
        void a_path_of_the_configuration_becomes_a_slice() {
            assertThat(SliceName.ofPath("/davit")).isEqualTo("davit.slice");
            assertThat(SliceName.ofPath("/a/b")).isEqualTo("a-b.slice");
            assertThat(SliceName.ofPath("/a.slice/a-b.slice")).isEqualTo("a-b.slice");
        }

        @Test
        void a_host_with_version_1_is_refused_with_the_remedy() {
            assertThatThrownBy(() -> SystemdDriver.of(FIRST, "/davit", _ -> {
                        throw new AssertionError("no program is run");
                    }))
                    .hasMessageContaining("cgroup-driver = \"cgroupfs\"");
        }
    }
}
