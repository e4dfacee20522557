package io.davit.backend.oci.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Capabilities;
import io.davit.core.domain.ContainerSecurity;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Namespaces;
import io.davit.core.domain.ProcessUser;
import io.davit.core.domain.RunAs;
import io.davit.core.domain.SupplementalGroups;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ContainerUserTest {
    private static final AccountFiles FILES = AccountFiles.parse("""
            root:x:0:0:root:/root:/bin/sh
            web:x:1000:1001:web:/home/web:/bin/sh
            1234:x:77:78:a name like a number:/:/bin/sh
            broken line
            broken:x:many:1:::
            """, """
            root:x:0:
            web:x:1001:
            staff:x:50000:web,other
            wheel:x:10:root
            """);

    @Test
    void without_a_word_it_is_root_with_roots_groups() {
        assertThat(user("")).isEqualTo(new ProcessUser(0, 0, List.of(0L, 10L)));
    }

    @Test
    void the_image_may_name_a_user_by_name_or_number_with_or_without_a_group() {
        assertThat(user("web")).isEqualTo(new ProcessUser(1000, 1001, List.of(1001L, 50000L)));
        assertThat(user("1000")).isEqualTo(new ProcessUser(1000, 1001, List.of(1001L, 50000L)));
        assertThat(user("5000")).isEqualTo(new ProcessUser(5000, 0, List.of(0L)));
        assertThat(user("5000:6000")).isEqualTo(new ProcessUser(5000, 6000, List.of(6000L)));
        assertThat(user("web:staff")).isEqualTo(new ProcessUser(1000, 50000, List.of(50000L)));
        assertThat(user("web:")).isEqualTo(new ProcessUser(1000, 1001, List.of(1001L, 50000L)));
    }

    @Test
    void a_name_wins_over_a_number_that_looks_the_same() {
        assertThat(user("1234").uid()).isEqualTo(77);
    }

    @Test
    void names_that_the_image_does_not_have_are_refused_and_named() {
        assertThatThrownBy(() -> user("nobody")).isInstanceOf(Fault.class).hasMessageContaining("nobody");
        assertThatThrownBy(() -> user("web:nogroup")).isInstanceOf(Fault.class).hasMessageContaining("nogroup");
        assertThatThrownBy(() -> user("4294967295")).isInstanceOf(Fault.class);
        assertThatThrownBy(() -> of(new RunAs.Username("nobody"), Optional.empty()))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("nobody");
    }

    @Test
    void a_group_of_its_own_needs_a_user_beside_it() {
        assertThat(of(new RunAs.Uid(1000), Optional.of(7L))).isEqualTo(new ProcessUser(1000, 7, List.of(7L, 50000L)));
        assertThatThrownBy(() -> of(new RunAs.FromImage("web"), Optional.of(7L)))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("run_as_group");
    }

    private static ProcessUser user(String ofImage) {
        return of(new RunAs.FromImage(ofImage), Optional.empty());
    }

    private static ProcessUser of(RunAs runAs, Optional<Long> group) {
        return new ContainerUser(FILES)
                .of(new ContainerSecurity(
                        Capabilities.DEFAULT,
                        false,
                        Namespaces.POD,
                        Optional.empty(),
                        runAs,
                        group,
                        false,
                        SupplementalGroups.NONE,
                        false,
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty()));
    }
}
