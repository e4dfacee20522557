package io.davit.backend.oci.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.EnvironmentVariable;
import io.davit.core.domain.Fault;
import io.davit.core.domain.ProcessSpec;
import io.davit.core.domain.ProcessUser;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProcessDocumentTest {
    private static final ProcessUser ROOT = new ProcessUser(0, 0, List.of(0L));
    private static final CapabilitySets NONE = new CapabilitySets(Set.of(), Set.of(), Set.of());

    @Test
    void variables_have_defaults_that_the_container_overrides() {
        assertThat(json(false))
                .contains("\"PATH=/usr/local/sbin:", "\"HOSTNAME=web-0\"")
                .doesNotContain("TERM");
        assertThat(json(true, EnvironmentVariable.of("PATH", "/bin"), EnvironmentVariable.of("A", "ä")))
                .contains("\"PATH=/bin\"", "\"TERM=xterm\"", "\"A=ä\"");
    }

    @Test
    void values_that_json_cannot_carry_are_refused_by_name() {
        assertThatThrownBy(() -> json(
                        false,
                        new EnvironmentVariable("LATIN", new byte[] {(byte) 0xe4}),
                        new EnvironmentVariable("ZERO", new byte[] {'a', 0})))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("LATIN")
                .hasMessageContaining("ZERO");
    }

    @Test
    void nothing_is_inheritable_that_is_not_ambient() {
        assertThat(json(false)).contains("\"bounding\":[]").doesNotContain("inheritable", "ambient");
    }

    private static String json(boolean tty, EnvironmentVariable... variables) {
        ProcessSpec process = new ProcessSpec(List.of("sh"), List.of(variables), "/");
        return ProcessDocument.json(process, ROOT, NONE, new ProcessDocument.Surroundings(tty, "web-0", false, 0))
                .toString();
    }
}
