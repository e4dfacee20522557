package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.cgroup.Freezer;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.conformance.contract.Background;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Removed;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

/**
 * A process that was killed and does not die for a while: on a busy machine it may get no processor time to do so, and one
 * in a container that has asked for none is the last to get any.
 */
class SlowDeathTest extends InsideContainers {
    private static final Duration WHILE = Duration.ofMillis(500);

    /** What is frozen dies there (kernel, cgroup-v2.rst, "cgroup.freeze"). */
    static boolean onVersion2() {
        return Cgroups.of(MountTable.read()).pureUnified();
    }

    @Test
    @DisabledIf(value = "onVersion2", disabledReason = "cgroup version 2 does not keep anybody from dying")
    void a_container_is_removed_when_its_process_is_gone_at_last() throws Exception {
        SandboxSpec sandbox = engine.sandbox();
        ContainerSpec created = engine.container(sandbox, List.of("sleep", "1000"));
        engine.backend().containers().create(sandbox, created);
        GroupFiles group = GroupFiles.of(engine.host(), created.id());
        Freezer freezer = group.cgroups().group(group.ofContainer()).freezer();
        freezer.freeze(WHILE);

        Background<Removed> removal =
                Background.call(() -> engine.backend().containers().remove(created.id()));
        try {
            assertThatThrownBy(() -> removal.answer(WHILE)).hasMessageContaining("did not end");
        } finally {
            freezer.thaw();
        }

        assertThat(removal.answer()).isEqualTo(Removed.NOW);
    }
}
