package io.davit.backend.oci.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.syscall.MountTable;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Groups whose processes are not all gone when they are to be removed. */
@Tag("oci")
class CgroupRemovalTest {
    private final Cgroups cgroups = Cgroups.of(MountTable.read());
    private final Cgroup group =
            cgroups.group("/davit-test-" + ThreadLocalRandom.current().nextInt(1_000_000_000));

    @AfterEach
    void nothing_is_left() {
        group.kill(Duration.ofSeconds(10));
        group.remove();
    }

    @Test
    void a_process_that_is_about_to_be_gone_is_waited_for() throws IOException {
        inside("sleep", "0.3");

        group.remove();

        assertThat(cgroups.accountingRoots())
                .allSatisfy(root -> assertThat(root.resolve(group.name())).doesNotExist());
    }

    @Test
    void a_process_that_stays_keeps_its_group() throws IOException {
        inside("sleep", "1000");

        assertThatThrownBy(group::remove).isInstanceOf(Fault.class).hasMessageContaining(group.name());

        assertThat(group.processes()).hasSize(1);
    }

    private void inside(String... command) throws IOException {
        group.enter(new ProcessBuilder(List.of(command)).start().pid());
    }
}
