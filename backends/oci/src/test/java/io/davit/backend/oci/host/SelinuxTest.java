package io.davit.backend.oci.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Capabilities;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.Fault;
import io.davit.core.domain.NamespaceMode;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SandboxSecurity;
import io.davit.core.domain.SelinuxOption;
import io.davit.core.domain.SupplementalGroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SelinuxTest {
    private static final SelinuxContext PROCESS = SelinuxContext.parse("system_u:system_r:container_t:s0");
    private static final SelinuxContext FILE = SelinuxContext.parse("system_u:object_r:container_file_t:s0");
    private static final SelinuxContext LAYER = SelinuxContext.parse("system_u:object_r:container_ro_file_t:s0");
    private static final LxcContexts USUAL = new LxcContexts(PROCESS, FILE, LAYER);
    private static final Optional<String> LEVEL = Optional.of("s0:c1,c2");
    private static final Optional<SelinuxOption> NOTHING = Optional.of(new SelinuxOption("", "", "", ""));

    @TempDir
    Path root;

    /** A kernel that knows every context: whatever is written to the file is taken. */
    private Selinux enabled() throws IOException {
        Files.writeString(root.resolve("context"), "");
        return selinux();
    }

    private Selinux selinux() {
        return new Selinux(Optional.of(root), USUAL);
    }

    private static SandboxSecurity pod(NamespaceMode pid, Optional<SelinuxOption> option) {
        return new SandboxSecurity(
                namespaces(pid),
                option,
                Optional.empty(),
                Optional.empty(),
                false,
                SupplementalGroups.NONE,
                true,
                Optional.empty(),
                Optional.empty());
    }

    private static ContainerSecurity container(boolean privileged, Optional<SelinuxOption> option) {
        return new ContainerSecurity(
                Capabilities.DEFAULT,
                privileged,
                namespaces(NamespaceMode.CONTAINER),
                option,
                new RunAs.FromImage(""),
                Optional.empty(),
                false,
                SupplementalGroups.NONE,
                false,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static Namespaces namespaces(NamespaceMode pid) {
        return new Namespaces(NamespaceMode.POD, pid, NamespaceMode.POD, Optional.empty(), Optional.empty());
    }

    private static Optional<SelinuxOption> option(String type, String level) {
        return Optional.of(new SelinuxOption("", "", type, level));
    }

    @Test
    void without_options_types_are_the_policys_and_the_level_is_the_pods() throws IOException {
        SandboxSecurity pod = pod(NamespaceMode.POD, Optional.empty());

        assertThat(enabled().labels(pod)).isTrue();
        assertThat(enabled().ofContainer(pod, container(false, NOTHING), LEVEL))
                .isEqualTo(enabled().ofPod(pod, LEVEL))
                .isEqualTo(new SelinuxLabels(
                        Optional.of("system_u:system_r:container_t:s0:c1,c2"),
                        Optional.of("system_u:object_r:container_file_t:s0:c1,c2")));
    }

    @Test
    void a_container_overrides_parts_of_its_pods_options() throws IOException {
        SandboxSecurity pod = pod(NamespaceMode.POD, option("pod_t", "s0:c8,c9"));

        assertThat(enabled().ofContainer(pod, container(false, option("own_t", "")), LEVEL))
                .isEqualTo(new SelinuxLabels(
                        Optional.of("system_u:system_r:own_t:s0:c8,c9"),
                        Optional.of("system_u:object_r:container_file_t:s0:c8,c9")));
    }

    @Test
    void who_may_do_everything_is_not_confined_unless_options_say_so() throws IOException {
        SandboxSecurity ofNode = pod(NamespaceMode.NODE, Optional.empty());
        SandboxSecurity pod = pod(NamespaceMode.POD, Optional.empty());

        assertThat(enabled()
                        .ofContainer(ofNode, container(false, Optional.empty()), LEVEL)
                        .process())
                .isEmpty();
        assertThat(enabled()
                        .ofContainer(pod, container(true, Optional.empty()), LEVEL)
                        .process())
                .isEmpty();
        assertThat(enabled()
                        .ofContainer(pod, container(true, option("own_t", "")), LEVEL)
                        .process())
                .contains("system_u:system_r:own_t:s0:c1,c2");
    }

    @Test
    void a_node_without_selinux_refuses_options_and_nothing_else() {
        Selinux off = new Selinux(Optional.empty(), USUAL);
        SandboxSecurity pod = pod(NamespaceMode.POD, NOTHING);

        assertThat(off.labels(pod)).isFalse();
        assertThat(off.ofContainer(pod, container(false, NOTHING), Optional.empty()))
                .isEqualTo(SelinuxLabels.NONE);
        assertThatThrownBy(() -> off.labels(pod(NamespaceMode.POD, option("a_t", ""))))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isInstanceOf(Fault.Kind.Unsupported.class))
                .hasMessageContaining("SELinux is not enabled on this node");
        assertThatThrownBy(() -> off.ofContainer(pod, container(false, option("a_t", "")), Optional.empty()))
                .hasMessageContaining("SELinux is not enabled on this node");
    }

    @Test
    void a_policy_without_types_for_containers_confines_only_who_names_others() {
        assertThat(selinux().labels(pod(NamespaceMode.POD, Optional.empty()))).isFalse();
        assertThatThrownBy(() -> selinux().labels(pod(NamespaceMode.POD, option("a_t", ""))))
                .hasMessageContaining("system_u:system_r:a_t:s0");
    }

    @Test
    void files_of_images_are_labelled_where_the_policy_has_a_type_for_them() throws IOException {
        assertThat(new Selinux(Optional.empty(), USUAL).ofLayers()).isEmpty();
        assertThat(selinux().ofLayers()).isEmpty();
        assertThat(enabled().ofLayers()).contains("system_u:object_r:container_ro_file_t:s0");
    }

    @Test
    void a_word_that_would_change_the_form_of_a_context_is_refused() {
        for (SelinuxOption bad : List.of(
                new SelinuxOption("a:b", "", "", ""),
                new SelinuxOption("", "a b", "", ""),
                new SelinuxOption("", "", "t,x", ""),
                new SelinuxOption("", "", "", "s0\"x"))) {
            assertThatThrownBy(() -> PROCESS.with(bad))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("selinux_options");
        }
        assertThat(PROCESS.with(new SelinuxOption("", "", "", "s0-s0:c1.c3,c5")).level())
                .isEqualTo("s0-s0:c1.c3,c5");
    }

    @Test
    void the_policys_own_words_for_containers_are_read() throws IOException {
        Files.writeString(root.resolve("config"), "# SELINUXTYPE=no\nSELINUX=enforcing\nSELINUXTYPE = mcs\n");
        Files.createDirectories(root.resolve("mcs/contexts"));
        Files.writeString(root.resolve("mcs/contexts/lxc_contexts"), """
                process = "system_u:system_r:box_t:s0"
                file = "broken"
                ro_file = "system_u:object_r:box_image_t:s0"
                """);

        assertThat(LxcContexts.ofPolicy(root))
                .isEqualTo(new LxcContexts(
                        SelinuxContext.parse("system_u:system_r:box_t:s0"),
                        FILE,
                        SelinuxContext.parse("system_u:object_r:box_image_t:s0")));
        assertThat(LxcContexts.ofPolicy(root.resolve("nothing"))).isEqualTo(USUAL);
    }
}
