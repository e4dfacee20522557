package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.Signal;
import io.davit.core.spi.Sighting.CreatedContainer;
import io.davit.core.spi.Sighting.RunningContainer;
import io.davit.core.spi.Stopped;
import org.junit.jupiter.api.Test;

/** {@link io.davit.core.spi.Containers#stop}. */
interface StopContract extends ContractPart {
    int KILLED = 137;

    @Test
    default void a_container_that_obeys_ends_with_the_code_of_its_own_choice() {
        ContainerSpec container = engine().listening();

        assertThat(engine().containers().stop(container.id(), Signal.TERM, Engine.LONG))
                .isEqualTo(Stopped.NOW);

        assertThat(engine().exitOf(container).code()).isEqualTo(programs().codeAfter(Signal.TERM));
    }

    @Test
    default void the_signal_is_the_one_that_was_asked_for() {
        Signal usr1 = Signal.parse("USR1");
        ContainerSpec container = engine().listening();

        engine().containers().stop(container.id(), usr1, Engine.LONG);

        assertThat(engine().exitOf(container).code()).isEqualTo(programs().codeAfter(usr1));
    }

    @Test
    default void a_container_that_ignores_the_signal_is_killed_after_the_grace_period() {
        ContainerSpec container = engine().started(programs().stubborn());

        assertThat(engine().containers().stop(container.id(), Signal.TERM, GracePeriod.ofSeconds(1)))
                .isEqualTo(Stopped.NOW);

        assertThat(engine().exitOf(container).code()).isEqualTo(KILLED);
    }

    @Test
    default void without_a_grace_period_it_is_killed_at_once_and_asked_nothing() {
        ContainerSpec container = engine().listening();

        engine().containers().stop(container.id(), Signal.TERM, GracePeriod.NONE);

        assertThat(engine().exitOf(container).code()).isEqualTo(KILLED);
    }

    @Test
    default void a_later_stop_with_a_shorter_grace_period_shortens_the_one_under_way() throws Exception {
        ContainerSpec container = engine().started(programs().stubborn());
        Background<Stopped> patient =
                Background.call(() -> engine().containers().stop(container.id(), Signal.TERM, Engine.LONG));

        engine().containers().stop(container.id(), Signal.TERM, GracePeriod.ofSeconds(1));

        patient.answer();
        assertThat(engine().exitOf(container).code()).isEqualTo(KILLED);
    }

    @Test
    default void a_later_stop_with_a_longer_grace_period_does_not_lengthen_the_one_under_way() throws Exception {
        ContainerSpec container = engine().started(programs().stubborn());
        Background<Stopped> brief = Background.call(
                () -> engine().containers().stop(container.id(), Signal.TERM, GracePeriod.ofSeconds(1)));

        Background<Stopped> patient =
                Background.call(() -> engine().containers().stop(container.id(), Signal.TERM, Engine.LONG));

        brief.answer();
        patient.answer();
        assertThat(engine().exitOf(container).code()).isEqualTo(KILLED);
    }

    @Test
    default void an_exited_container_is_stopped_again_without_error_and_keeps_its_code() {
        ContainerSpec container = engine().started(programs().exit(3));
        engine().awaitExit(container);

        assertThat(engine().containers().stop(container.id(), Signal.TERM, Engine.LONG))
                .isEqualTo(Stopped.ALREADY);

        assertThat(engine().exitOf(container).code()).isEqualTo(3);
    }

    @Test
    default void a_created_container_has_nothing_to_stop() {
        ContainerSpec container =
                engine().created(engine().sandbox(), programs().untilTold());

        assertThat(engine().containers().stop(container.id(), Signal.TERM, Engine.LONG))
                .isEqualTo(Stopped.ALREADY);

        assertThat(engine().seen(container)).contains(new CreatedContainer(container.id()));
    }

    @Test
    default void a_container_that_never_was_is_stopped_without_error() {
        ContainerId nobody = ContainerId.random(engine().host().random());

        assertThat(engine().containers().stop(nobody, Signal.TERM, Engine.LONG)).isEqualTo(Stopped.ALREADY);
    }

    @Test
    default void an_interrupted_stop_gives_up_and_a_later_one_succeeds() throws Exception {
        ContainerSpec container = engine().started(programs().stubborn());
        Background<Stopped> patient =
                Background.call(() -> engine().containers().stop(container.id(), Signal.TERM, Engine.LONG));

        patient.interrupt();

        assertThat(engine().seen(container)).get().isInstanceOf(RunningContainer.class);
        engine().containers().stop(container.id(), Signal.TERM, GracePeriod.NONE);
        assertThat(engine().exitOf(container).code()).isEqualTo(KILLED);
    }

    private Programs programs() {
        return engine().programs();
    }
}
