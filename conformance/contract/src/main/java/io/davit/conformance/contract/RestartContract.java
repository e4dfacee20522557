package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.Image;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.spi.Removed;
import io.davit.core.spi.Sighting;
import io.davit.core.spi.Sighting.LiveSandbox;
import io.davit.core.spi.Stopped;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a daemon finds when it comes back: everything as it was, and nothing stopped by its going. */
interface RestartContract extends ContractPart {
    @Test
    default void a_running_container_runs_on_and_is_seen_as_before() {
        ContainerSpec container = engine().listening();
        Optional<Sighting.OfContainer> before = engine().seen(container);

        engine().restart();

        assertThat(engine().seen(container)).isEqualTo(before);
        assertThat(engine().exec(container, programs().echo("hello"), new Output()))
                .isZero();
    }

    @Test
    default void all_sightings_are_as_before() {
        SandboxSpec sandbox = engine().sandbox();
        engine().created(sandbox, programs().untilTold());
        engine().started(sandbox, programs().untilTold());
        engine().awaitExit(engine().started(sandbox, programs().exit(3)));
        List<Sighting> before = engine().backend().observer().sightings();

        engine().restart();

        assertThat(engine().backend().observer().sightings()).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    default void the_exit_of_a_container_that_ended_meanwhile_is_seen_with_its_code() {
        ContainerSpec container = engine().started(programs().sleep(2));

        engine().restart();

        assertThat(engine().awaitExit(container).code()).isZero();
    }

    @Test
    default void a_container_from_before_is_stopped_and_removed() {
        ContainerSpec container = engine().listening();

        engine().restart();

        assertThat(engine().containers().stop(container.id(), Signal.TERM, Engine.LONG))
                .isEqualTo(Stopped.NOW);
        assertThat(engine().exitOf(container).code()).isEqualTo(programs().codeAfter(Signal.TERM));
        assertThat(engine().containers().remove(container.id())).isEqualTo(Removed.NOW);
    }

    @Test
    default void a_container_that_ignores_signals_is_killed_after_a_restart() {
        ContainerSpec container = engine().started(programs().stubborn());

        engine().restart();
        engine().containers().stop(container.id(), Signal.TERM, GracePeriod.ofSeconds(1));

        assertThat(engine().exitOf(container).code()).isEqualTo(StopContract.KILLED);
    }

    @Test
    default void a_created_container_from_before_is_started() {
        ContainerSpec container =
                engine().created(engine().sandbox(), programs().exit(3));

        engine().restart();
        engine().containers().start(container.id());

        assertThat(engine().awaitExit(container).code()).isEqualTo(3);
    }

    @Test
    default void a_sandbox_from_before_takes_new_containers() {
        SandboxSpec sandbox = engine().sandbox();

        engine().restart();

        assertThat(engine().backend().observer().sightings()).contains(new LiveSandbox(sandbox.id()));
        assertThat(engine().awaitExit(engine().started(sandbox, programs().exit(0)))
                        .code())
                .isZero();
    }

    @Test
    default void a_sandbox_from_before_is_stopped_and_removed() {
        SandboxSpec sandbox = engine().sandbox();

        engine().restart();

        assertThat(engine().sandboxes().stop(sandbox.id())).isEqualTo(Stopped.NOW);
        assertThat(engine().sandboxes().remove(sandbox.id())).isEqualTo(Removed.NOW);
    }

    @Test
    default void images_are_listed_as_before() {
        Image image = engine().pull(engine().images().present());

        engine().restart();

        assertThat(engine().backend().images().list()).containsExactly(image);
    }

    private Programs programs() {
        return engine().programs();
    }
}
