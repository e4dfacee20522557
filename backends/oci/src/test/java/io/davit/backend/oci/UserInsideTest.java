package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SupplementalGroups;
import org.junit.jupiter.api.Test;

/** Who the first process of a container and its commands are. */
class UserInsideTest extends InsideContainers {
    @Test
    void a_uid_gets_the_groups_of_its_account() {
        String seen = withSecurity(
                new Specs.Security().runAs(new RunAs.Uid(1000)).groups(SupplementalGroups.Policy.MERGE, 1234L),
                "id -u; id -g; id -G");

        assertThat(seen).isEqualTo("1000\n1001\n1001 1234 50000");
    }

    @Test
    void with_the_strict_policy_it_gets_what_was_asked_for_alone() {
        String seen = withSecurity(
                new Specs.Security()
                        .runAs(new RunAs.Username("web"))
                        .group(7)
                        .groups(SupplementalGroups.Policy.STRICT, 1234L),
                "id -u; id -g; id -G");

        assertThat(seen).isEqualTo("1000\n7\n7 1234");
    }

    @Test
    void an_unknown_user_name_is_refused_and_named() {
        assertThatThrownBy(() -> withSecurity(new Specs.Security().runAs(new RunAs.Username("nobody-here")), "true"))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("nobody-here");
    }

    @Test
    void an_exec_has_user_environment_and_groups_of_the_container() {
        ContainerSpec spec = running(
                secure(new Specs.Security().runAs(new RunAs.Uid(1000)).groups(SupplementalGroups.Policy.MERGE, 1234L)));

        assertThat(engine.exec(spec, "id", "-G")).isEqualTo("1001 1234 50000");
        assertThat(engine.exec(spec, "sh", "-c", "echo $HOSTNAME $PATH")).isEqualTo("pod /bin");
    }
}
