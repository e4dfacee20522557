package io.davit.backend.oci.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.syscall.Capability;
import io.davit.core.domain.Capabilities;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SupplementalGroups;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CapabilitySetsTest {
    private static final Set<Capability> ALL = EnumSet.allOf(Capability.class);

    @Test
    void fourteen_are_given_without_asking() {
        assertThat(of(Capabilities.DEFAULT, false, ALL).held())
                .hasSize(14)
                .contains(Capability.NET_RAW)
                .doesNotContain(Capability.SYS_ADMIN);
    }

    @Test
    void all_counts_before_single_names_in_both_lists() {
        assertThat(of(changes(List.of("CAP_SYS_ADMIN"), List.of("ALL")), false, ALL)
                        .held())
                .containsExactly(Capability.SYS_ADMIN);
        assertThat(of(changes(List.of("ALL"), List.of("CAP_SYS_ADMIN")), false, ALL)
                        .held())
                .hasSize(ALL.size() - 1)
                .doesNotContain(Capability.SYS_ADMIN);
    }

    @Test
    void nobody_gets_what_the_daemon_lacks() {
        CapabilitySets sets = of(changes(List.of("ALL"), List.of()), false, EnumSet.of(Capability.CHOWN));

        assertThat(sets.held()).containsExactly(Capability.CHOWN);
        assertThat(sets.dropped()).hasSize(ALL.size() - 1);
    }

    @Test
    void privileged_means_all_of_them() {
        assertThat(of(changes(List.of(), List.of("ALL")), true, ALL).held()).isEqualTo(ALL);
    }

    @Test
    void an_ambient_capability_is_held_too() {
        Capabilities ambient = new Capabilities(List.of(), List.of("ALL"), List.of("CAP_NET_BIND_SERVICE"));

        CapabilitySets sets = of(ambient, false, ALL);

        assertThat(sets.held()).containsExactly(Capability.NET_BIND_SERVICE);
        assertThat(sets.ambient()).containsExactly(Capability.NET_BIND_SERVICE);
    }

    @Test
    void all_counts_for_ambient_capabilities_too() {
        Capabilities ambient = new Capabilities(List.of(), List.of("CAP_SYS_ADMIN"), List.of("ALL"));

        CapabilitySets sets = of(ambient, false, ALL);

        assertThat(sets.ambient()).isEqualTo(sets.held()).hasSize(ALL.size() - 1);
    }

    @Test
    void every_unknown_name_is_told() {
        assertThatThrownBy(() -> of(changes(List.of("CAP_FLY"), List.of("CAP_SWIM")), false, ALL))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("CAP_FLY")
                .hasMessageContaining("CAP_SWIM");
    }

    private static Capabilities changes(List<String> add, List<String> drop) {
        return new Capabilities(add, drop, List.of());
    }

    private static CapabilitySets of(Capabilities capabilities, boolean privileged, Set<Capability> bounding) {
        return CapabilitySets.of(
                new ContainerSecurity(
                        capabilities,
                        privileged,
                        Namespaces.POD,
                        Optional.empty(),
                        new RunAs.FromImage(""),
                        Optional.empty(),
                        false,
                        SupplementalGroups.NONE,
                        false,
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty()),
                bounding);
    }
}
