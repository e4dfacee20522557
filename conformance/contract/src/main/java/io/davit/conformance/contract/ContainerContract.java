package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.ExitStatus;
import io.davit.core.domain.Resources;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Removed;
import io.davit.core.spi.Sighting;
import io.davit.core.spi.Sighting.CreatedContainer;
import io.davit.core.spi.Sighting.ExitedContainer;
import io.davit.core.spi.Sighting.LiveSandbox;
import io.davit.core.spi.Sighting.RunningContainer;
import io.davit.core.spi.Started;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** {@link io.davit.core.spi.Containers}, but for its stop. */
interface ContainerContract extends ContractPart {
    @Test
    default void a_created_container_is_seen_and_does_not_run() {
        ContainerSpec container =
                engine().created(engine().sandbox(), programs().untilTold());

        assertThat(engine().seen(container)).contains(new CreatedContainer(container.id()));
    }

    @Test
    default void a_started_container_is_seen_running_with_the_pid_and_time_of_the_answer() {
        ContainerSpec container =
                engine().created(engine().sandbox(), programs().untilTold());

        Started started = engine().containers().start(container.id());

        assertThat(started.pid()).isPositive();
        assertThat(started.at()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        assertThat(engine().seen(container))
                .contains(new RunningContainer(container.id(), started.pid(), started.at()));
    }

    @Test
    default void a_container_whose_program_is_missing_fails_to_start_and_never_runs() {
        ContainerSpec container =
                engine().containerSpec(engine().sandbox(), programs().missing(), UnaryOperator.identity());

        assertThat(Thrown.by(() -> {
                            engine().create(engine().sandboxOf(container), container);
                            engine().containers().start(container.id());
                        })
                        .text())
                .contains(programs().missing().getFirst());

        assertThat(engine().seen(container).stream()).noneMatch(RunningContainer.class::isInstance);
    }

    @Test
    default void a_container_that_failed_to_start_can_be_removed() {
        ContainerSpec container =
                engine().containerSpec(engine().sandbox(), programs().missing(), UnaryOperator.identity());
        Thrown.by(() -> {
            engine().create(engine().sandboxOf(container), container);
            engine().containers().start(container.id());
        });

        engine().containers().remove(container.id());

        assertThat(engine().seen(container)).isEmpty();
        assertThat(engine().containers().remove(container.id())).isEqualTo(Removed.ALREADY);
    }

    @Test
    default void a_container_cannot_be_made_in_a_sandbox_that_was_stopped_and_leaves_nothing() {
        SandboxSpec sandbox = engine().sandbox();
        ContainerSpec container = engine().containerSpec(sandbox, programs().untilTold(), UnaryOperator.identity());
        engine().sandboxes().stop(sandbox.id());

        Thrown.by(() -> {
            engine().create(sandbox, container);
            engine().containers().start(container.id());
        });

        engine().containers().remove(container.id());
        assertThat(engine().seen(container)).isEmpty();
    }

    @Test
    default void an_exit_code_of_zero_is_a_completion() {
        ExitStatus exit = engine().awaitExit(engine().started(programs().exit(0)));

        assertThat(exit.code()).isZero();
        assertThat(exit.reason()).isEqualTo(ExitStatus.COMPLETED);
    }

    @Test
    default void an_exit_code_is_told_with_the_times_of_begin_and_end() {
        ContainerSpec container =
                engine().created(engine().sandbox(), programs().exit(3));
        Started started = engine().containers().start(container.id());

        ExitStatus exit = engine().awaitExit(container);

        assertThat(exit.code()).isEqualTo(3);
        assertThat(exit.reason()).isEqualTo(ExitStatus.ERROR);
        assertThat(exit.finishedAt()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        ExitedContainer seen = (ExitedContainer) engine().seen(container).orElseThrow();
        assertThat(seen.startedAt()).contains(started.at());
    }

    @Test
    default void an_exited_container_is_not_started_again() {
        ContainerSpec container = engine().started(programs().exit(3));
        engine().awaitExit(container);

        Thrown.by(() -> engine().containers().start(container.id()));

        assertThat(engine().exitOf(container).code()).isEqualTo(3);
    }

    @Test
    default void containers_of_one_sandbox_end_by_themselves() {
        SandboxSpec sandbox = engine().sandbox();
        ContainerSpec lasting = engine().started(sandbox, programs().untilTold());
        ContainerSpec brief = engine().started(sandbox, programs().exit(0));

        engine().awaitExit(brief);
        engine().containers().remove(brief.id());

        assertThat(engine().seen(lasting)).get().isInstanceOf(RunningContainer.class);
        assertThat(engine().backend().observer().sightings()).contains(new LiveSandbox(sandbox.id()));
    }

    @Test
    default void a_running_container_is_removed_without_a_stop() {
        ContainerSpec container = engine().started(programs().stubborn());

        assertThat(engine().containers().remove(container.id())).isEqualTo(Removed.NOW);

        assertThat(engine().seen(container)).isEmpty();
    }

    @Test
    default void a_container_is_removed_again_without_error() {
        ContainerSpec container =
                engine().created(engine().sandbox(), programs().untilTold());

        assertThat(engine().containers().remove(container.id())).isEqualTo(Removed.NOW);
        assertThat(engine().containers().remove(container.id())).isEqualTo(Removed.ALREADY);
    }

    @Test
    default void a_container_that_never_was_is_removed_without_error_and_not_seen() {
        ContainerId nobody = ContainerId.random(engine().host().random());

        assertThat(engine().containers().remove(nobody)).isEqualTo(Removed.ALREADY);
        assertThat(engine().backend().observer().sighting(nobody)).isEmpty();
    }

    @Test
    default void limits_are_changed_while_it_runs() {
        ContainerSpec container = engine().started(programs().untilTold());
        Resources limits = new Resources(100_000, 50_000, 512, 64 << 20, 0, "", "", List.of(), Map.of(), 0);

        engine().containers().update(container.id(), limits);

        assertThat(engine().seen(container)).get().isInstanceOf(RunningContainer.class);
    }

    @Test
    default void every_container_and_sandbox_is_among_the_sightings() {
        SandboxSpec sandbox = engine().sandbox();
        ContainerSpec created = engine().created(sandbox, programs().untilTold());
        ContainerSpec running = engine().started(sandbox, programs().untilTold());
        ContainerSpec exited = engine().started(sandbox, programs().exit(3));
        engine().awaitExit(exited);

        List<Sighting> all = engine().backend().observer().sightings();

        assertThat(all).hasSize(4).contains(new LiveSandbox(sandbox.id()), new CreatedContainer(created.id()));
        assertThat(all).contains(engine().seen(running).orElseThrow());
        assertThat(all).contains(engine().seen(exited).orElseThrow());
    }

    private Programs programs() {
        return engine().programs();
    }
}
