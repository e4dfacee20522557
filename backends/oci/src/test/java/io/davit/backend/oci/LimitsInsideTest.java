package io.davit.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.backend.oci.cgroup.Cgroups;
import io.davit.backend.oci.monitor.MonitorFiles;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Fault;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.Resources;
import io.davit.core.domain.Resources.HugepageLimit;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.spi.Sighting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of a container, and monitors that are killed. */
class LimitsInsideTest extends InsideContainers {
    @Test
    void limits_are_set_and_changed() {
        SandboxSpec sandbox = engine.sandbox();
        Resources limits = new Resources(100_000, 50_000, 512, 64 << 20, 5, "0", "", List.of(), Map.of(), 0);
        ContainerSpec spec =
                engine.run(sandbox, Specs.resources(engine.container(sandbox, List.of("sleep", "1000")), limits));
        GroupFiles group = GroupFiles.of(engine.host(), spec.id());

        assertThat(group.memoryLimit()).isEqualTo("67108864");
        assertThat(group.cpuQuota()).isEqualTo("50000");
        assertThat(group.cpus()).isEqualTo("0");
        assertThat(engine.exec(spec, "cat", "/proc/1/oom_score_adj")).isEqualTo("5");

        engine.backend()
                .containers()
                .update(spec.id(), new Resources(0, 0, 0, 128 << 20, 0, "", "", List.of(), Map.of(), 0));

        assertThat(group.memoryLimit()).isEqualTo("134217728");
        assertThat(group.cpuQuota()).isEqualTo("50000");
    }

    /** Version 2 alone has such files; where there is none of it they are refused (ResourceLimitsTest). */
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    @EnabledIf(value = "onVersion2", disabledReason = "not a pure cgroup version 2")
    void limits_by_names_of_files_and_for_huge_pages_are_set_and_changed(String handler) {
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));
        List<HugepageLimit> pages = List.of(new HugepageLimit("2MB", 4 << 20));
        Resources limits = new Resources(
                0, 0, 0, 64 << 20, 0, "", "", pages, Map.of("memory.high", "33554432", "pids.max", "77"), 0);
        ContainerSpec spec =
                engine.run(sandbox, Specs.resources(engine.container(sandbox, List.of("sleep", "1000")), limits));
        GroupFiles group = GroupFiles.of(engine.host(), spec.id());

        assertThat(group.read("", "memory.high")).isEqualTo("33554432");
        assertThat(group.read("", "pids.max")).isEqualTo("77");
        assertThat(group.read("", "hugetlb.2MB.max")).isEqualTo("4194304");

        engine.backend()
                .containers()
                .update(
                        spec.id(),
                        new Resources(0, 0, 0, 0, 0, "", "", List.of(), Map.of("memory.high", "16777216"), 0));

        assertThat(group.read("", "memory.high")).isEqualTo("16777216");
        assertThat(group.read("", "pids.max")).isEqualTo("77");
        assertThat(group.memoryLimit()).isEqualTo("67108864");
    }

    static boolean onVersion2() {
        return Cgroups.of(MountTable.read()).pureUnified();
    }

    @Test
    void a_quota_can_be_taken_away_and_what_is_named_beside_it_changes_too() {
        SandboxSpec sandbox = engine.sandbox();
        Resources limits = new Resources(100_000, 50_000, 512, 64 << 20, 0, "0", "", List.of(), Map.of(), 0);
        ContainerSpec spec =
                engine.run(sandbox, Specs.resources(engine.container(sandbox, List.of("sleep", "1000")), limits));
        GroupFiles group = GroupFiles.of(engine.host(), spec.id());

        engine.backend()
                .containers()
                .update(spec.id(), new Resources(100_000, -1, 0, 128 << 20, 0, "", "", List.of(), Map.of(), 0));

        assertThat(group.cpuQuota()).isIn("-1", "max");
        assertThat(group.memoryLimit()).isEqualTo("134217728");
        assertThat(group.cpus()).isEqualTo("0");
    }

    /** Version 2 has both in one file, which crun writes whole. */
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void limits_of_processor_time_change_one_by_one(String handler) {
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));
        Resources limits = new Resources(100_000, 50_000, 0, 0, 0, "", "", List.of(), Map.of(), 0);
        ContainerSpec spec =
                engine.run(sandbox, Specs.resources(engine.container(sandbox, List.of("sleep", "1000")), limits));
        GroupFiles group = GroupFiles.of(engine.host(), spec.id());

        engine.backend()
                .containers()
                .update(spec.id(), new Resources(200_000, 0, 0, 0, 0, "", "", List.of(), Map.of(), 0));
        assertThat(group.cpuQuota()).isEqualTo("50000");
        engine.backend()
                .containers()
                .update(spec.id(), new Resources(0, 60_000, 0, 0, 0, "", "", List.of(), Map.of(), 0));

        assertThat(group.cpuQuota()).isEqualTo("60000");
        assertThat(group.cpuPeriod()).isEqualTo("200000");
    }

    /** Version 1 holds memory below memory and swap, which a limit without a word about swap has set, too. */
    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void a_limit_of_memory_can_be_taken_away(String handler) {
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));
        Resources limits = new Resources(0, 0, 0, 64 << 20, 0, "", "", List.of(), Map.of(), 0);
        ContainerSpec spec =
                engine.run(sandbox, Specs.resources(engine.container(sandbox, List.of("sleep", "1000")), limits));
        GroupFiles group = GroupFiles.of(engine.host(), spec.id());

        engine.backend().containers().update(spec.id(), new Resources(0, 0, 0, -1, 0, "", "", List.of(), Map.of(), 0));

        // Version 1 says "none" with the largest number of whole pages.
        assertThat(group.memoryLimit()).isIn("max", "9223372036854771712");
    }

    @Test
    void a_container_may_be_made_without_a_quota_in_so_many_words() {
        SandboxSpec sandbox = engine.sandbox();
        Resources limits = new Resources(100_000, -1, 512, 0, 0, "", "", List.of(), Map.of(), 0);
        ContainerSpec spec =
                engine.run(sandbox, Specs.resources(engine.container(sandbox, List.of("sleep", "1000")), limits));

        assertThat(GroupFiles.of(engine.host(), spec.id()).cpuQuota()).isIn("-1", "max");
    }

    @Test
    void a_change_that_fails_leaves_every_limit_as_it_was() {
        SandboxSpec sandbox = engine.sandbox();
        Resources limits = new Resources(100_000, 50_000, 512, 64 << 20, 0, "0", "", List.of(), Map.of(), 0);
        ContainerSpec spec =
                engine.run(sandbox, Specs.resources(engine.container(sandbox, List.of("sleep", "1000")), limits));
        GroupFiles group = GroupFiles.of(engine.host(), spec.id());
        Resources impossible = new Resources(0, 70_000, 0, 128 << 20, 0, "1023", "", List.of(), Map.of(), 0);

        assertThatThrownBy(() -> engine.backend().containers().update(spec.id(), impossible))
                .isInstanceOf(Fault.class);

        assertThat(group.memoryLimit()).isEqualTo("67108864");
        assertThat(group.cpuQuota()).isEqualTo("50000");
        assertThat(group.cpus()).isEqualTo("0");
    }

    @Test
    void less_memory_than_is_in_use_is_refused_before_anything_changes() {
        SandboxSpec sandbox = engine.sandbox();
        ContainerSpec spec = engine.run(sandbox, engine.container(sandbox, List.of("sleep", "1000")));
        GroupFiles group = GroupFiles.of(engine.host(), spec.id());
        String before = group.memoryLimit();

        assertThatThrownBy(() -> engine.backend()
                        .containers()
                        .update(spec.id(), new Resources(0, 0, 0, 4096, 0, "", "", List.of(), Map.of(), 0)))
                .hasMessageContaining("memory_limit_in_bytes")
                .hasMessageContaining("it uses now");

        assertThat(group.memoryLimit()).isEqualTo(before);
    }

    @Test
    void the_score_for_the_out_of_memory_killer_changes_for_every_process() {
        SandboxSpec sandbox = engine.sandbox();
        ContainerSpec spec = engine.run(sandbox, engine.container(sandbox, List.of("sh", "-c", "sleep 1000; true")));

        engine.backend().containers().update(spec.id(), new Resources(0, 0, 0, 0, 700, "", "", List.of(), Map.of(), 0));

        assertThat(engine.exec(spec, "cat", "/proc/1/oom_score_adj")).isEqualTo("700");
    }

    @Test
    void the_monitor_is_accounted_to_the_pod_and_not_to_the_daemon() {
        SandboxSpec sandbox = engine.sandbox();
        ContainerSpec spec = engine.run(sandbox, engine.container(sandbox, List.of("sleep", "1000")));
        GroupFiles group = GroupFiles.of(engine.host(), spec.id());
        long monitor = new MonitorFiles(engine.host().volatileDirectory().resolve("containers/" + spec.id()))
                .notedMonitor()
                .orElseThrow()
                .pid();

        assertThat(group.ofProcess(monitor)).isEqualTo(group.ofMonitor()).startsWith(group.ofPod() + "/");
        assertThat(group.ofContainer()).startsWith(group.ofPod() + "/");
        assertThat(engine.exec(spec, "true")).isEmpty();
        assertThat(group.ofProcess(monitor)).isEqualTo(group.ofMonitor());
    }

    @Test
    void a_container_that_runs_out_of_memory_says_so() {
        SandboxSpec sandbox = engine.sandbox();
        Resources little = new Resources(0, 0, 0, 16 << 20, 0, "", "", List.of(), Map.of(), 16 << 20);
        ContainerSpec spec = engine.run(
                sandbox,
                Specs.resources(
                        engine.container(sandbox, List.of("sh", "-c", "x=a; while true; do x=$x$x; done")), little));

        ExitStatus exit = engine.awaitExit(spec);

        assertThat(exit.reason()).isEqualTo(ExitStatus.OOM_KILLED);
        assertThat(exit.code()).isEqualTo(137);
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "crun"})
    void so_does_one_of_which_only_a_child_was_killed_for_memory(String handler) {
        SandboxSpec sandbox = engine.sandbox(
                spec -> Specs.handler(spec, handler, spec.security().namespaces()));
        Resources little = new Resources(0, 0, 0, 16 << 20, 0, "", "", List.of(), Map.of(), 16 << 20);
        String greedyChild = "sh -c 'x=a; while true; do x=$x$x; done'; echo child $?; exit 3";

        ContainerSpec spec = engine.run(
                sandbox, Specs.resources(engine.container(sandbox, List.of("sh", "-c", greedyChild)), little));
        ExitStatus exit = engine.awaitExit(spec);

        assertThat(exit.reason()).isEqualTo(ExitStatus.OOM_KILLED);
        assertThat(exit.code()).isEqualTo(3);
    }

    @Test
    void a_container_whose_monitor_was_killed_is_seen_to_run_and_then_to_be_lost() {
        SandboxSpec sandbox = engine.sandbox();
        ContainerSpec spec = engine.run(sandbox, engine.container(sandbox, List.of("sleep", "1000")));
        Path bundle = engine.host().volatileDirectory().resolve("containers/" + spec.id());
        new MonitorFiles(bundle).notedMonitor().orElseThrow().signal(9);

        assertThat(engine.backend().observer().sighting(spec.id())).get().isInstanceOf(Sighting.RunningContainer.class);
        engine.backend().containers().stop(spec.id(), Signal.TERM, GracePeriod.NONE);

        ExitStatus exit = engine.awaitExit(spec);
        assertThat(exit.reason()).isEqualTo(ExitStatus.UNKNOWN);
        assertThat(exit.message()).contains("monitor");
    }
}
