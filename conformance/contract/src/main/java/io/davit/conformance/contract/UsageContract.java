package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.CpuUsage;
import io.davit.core.domain.MemoryUsage;
import io.davit.core.domain.NetworkUsage;
import io.davit.core.domain.Resources;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Observer;
import io.davit.core.spi.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Usages of {@link Observer}. */
interface UsageContract extends ContractPart {
    Resources LIMITED = new Resources(0, 0, 0, 64 << 20, 0, "", "", List.of(), Map.of(), 0);

    @Test
    default void a_container_that_has_just_started_has_a_usage() {
        Instant before = engine().host().clock().instant();
        ContainerSpec container = engine().started(engine().programs().untilTold());

        Usage.OfContainer usage = observer().containerUsage(container.id()).orElseThrow();

        CpuUsage cpu = usage.resources().cpu().orElseThrow();
        assertThat(cpu.sampledAt()).isAfterOrEqualTo(before);
        assertThat(cpu.used()).isPositive();
        MemoryUsage memory = usage.resources().memory().orElseThrow();
        assertThat(memory.sampledAt()).isAfterOrEqualTo(before);
        assertThat(memory.usedBytes()).isPositive();
        assertThat(memory.workingSetBytes()).isBetween(0L, memory.usedBytes());
        assertThat(usage.resources().tasks().orElseThrow()).isPositive();
    }

    @Test
    default void processor_time_never_runs_backwards() {
        ContainerSpec container = engine().started(engine().programs().untilTold());
        Duration last = Duration.ZERO;
        for (int i = 0; i < 10; i++) {
            Duration used = observer()
                    .containerUsage(container.id())
                    .orElseThrow()
                    .resources()
                    .cpu()
                    .orElseThrow()
                    .used();
            assertThat(used).isGreaterThanOrEqualTo(last);
            last = used;
        }
    }

    @Test
    default void what_is_available_is_the_limit_without_the_working_set() {
        SandboxSpec sandbox = engine().sandbox();
        ContainerSpec container = engine().create(
                        sandbox,
                        engine().containerSpec(
                                        sandbox, engine().programs().untilTold(), change -> change.resources(LIMITED)));
        engine().containers().start(container.id());

        MemoryUsage memory = observer()
                .containerUsage(container.id())
                .orElseThrow()
                .resources()
                .memory()
                .orElseThrow();

        assertThat(memory.availableBytes()).hasValue(LIMITED.memoryLimitBytes() - memory.workingSetBytes());
    }

    @Test
    default void a_container_that_has_ended_uses_no_processor_and_is_no_error() {
        ContainerSpec container = engine().started(engine().programs().exit(0));
        engine().awaitExit(container);

        assertThat(observer().containerUsage(container.id()))
                .hasValueSatisfying(
                        usage -> assertThat(usage.resources().tasks().orElse(0)).isZero());
    }

    @Test
    default void a_container_nobody_knows_has_no_usage() {
        assertThat(observer().containerUsage(ContainerId.random(engine().host().random())))
                .isEmpty();
    }

    @Test
    default void a_pod_uses_at_least_what_its_containers_use() {
        SandboxSpec sandbox = engine().sandbox();
        ContainerSpec one = engine().started(sandbox, engine().programs().untilTold());
        ContainerSpec other = engine().started(sandbox, engine().programs().untilTold());

        Duration parts = used(one).plus(used(other));
        Usage.OfSandbox pod = observer().sandboxUsage(sandbox).orElseThrow();

        assertThat(pod.resources().cpu().orElseThrow().used()).isGreaterThanOrEqualTo(parts);
        assertThat(pod.resources().memory().orElseThrow().usedBytes()).isPositive();
        assertThat(pod.resources().tasks().orElseThrow()).isGreaterThanOrEqualTo(2);
    }

    @Test
    default void a_pod_without_containers_has_a_usage_too() {
        assertThat(observer().sandboxUsage(engine().sandbox())).isPresent();
    }

    @Test
    default void the_loopback_is_not_counted_as_network() {
        Usage.OfSandbox pod = observer().sandboxUsage(engine().sandbox()).orElseThrow();

        assertThat(pod.network().orElseThrow().interfaces())
                .extracting(NetworkUsage.Interface::name)
                .doesNotContain("lo");
    }

    @Test
    default void a_pod_on_the_network_of_the_host_has_no_network_of_its_own() {
        SandboxSpec sandbox = engine().start(engine().sandboxSpec(SandboxSpecBuilder::hostNetwork));

        assertThat(observer().sandboxUsage(sandbox).orElseThrow().network()).isEmpty();
    }

    @Test
    default void a_pod_nobody_knows_has_no_usage() {
        assertThat(observer().sandboxUsage(engine().sandboxSpec(UnaryOperator.identity())))
                .isEmpty();
    }

    private Duration used(ContainerSpec container) {
        return observer()
                .containerUsage(container.id())
                .orElseThrow()
                .resources()
                .cpu()
                .orElseThrow()
                .used();
    }

    private Observer observer() {
        return engine().backend().observer();
    }
}
