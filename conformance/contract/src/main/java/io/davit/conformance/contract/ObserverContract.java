package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.spi.Sighting;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** {@link io.davit.core.spi.Observer}, and what a backend says of itself. */
interface ObserverContract extends ContractPart {
    @Test
    default void a_watcher_is_told_of_an_exit() throws Exception {
        List<Sighting> told = new CopyOnWriteArrayList<>();
        Background<Boolean> watching = watch(told);
        ContainerSpec container = engine().started(engine().programs().exit(3));

        engine().awaitExit(container);

        Sighting exit = engine().seen(container).orElseThrow();
        await().untilAsserted(() -> assertThat(told).contains(exit));
        watching.interrupt();
    }

    @Test
    default void a_watcher_is_told_of_the_end_of_a_container_that_was_stopped() throws Exception {
        ContainerSpec container = engine().listening();
        List<Sighting> told = new CopyOnWriteArrayList<>();
        Background<Boolean> watching = watch(told);

        engine().containers().stop(container.id(), Signal.TERM, Engine.LONG);

        Sighting exit = engine().seen(container).orElseThrow();
        await().untilAsserted(() -> assertThat(told).contains(exit));
        watching.interrupt();
    }

    @Test
    default void a_watcher_of_a_restarted_daemon_is_told_of_containers_from_before() throws Exception {
        ContainerSpec container = engine().listening();
        engine().restart();
        List<Sighting> told = new CopyOnWriteArrayList<>();
        Background<Boolean> watching = watch(told);

        engine().containers().stop(container.id(), Signal.TERM, Engine.LONG);

        Sighting exit = engine().seen(container).orElseThrow();
        await().untilAsserted(() -> assertThat(told).contains(exit));
        watching.interrupt();
    }

    @Test
    default void a_watch_ends_when_it_is_interrupted() throws Exception {
        Background<Boolean> watching = watch(new CopyOnWriteArrayList<>());

        watching.interrupt();

        assertThat(watching.isOver()).isTrue();
    }

    @Test
    default void a_backend_has_a_name_a_version_and_a_handler() {
        assertThat(engine().backend().info().name()).isNotBlank();
        assertThat(engine().backend().info().version()).isNotBlank();
        assertThat(engine().backend().info().handlers()).isNotEmpty();
    }

    /** Watches until it is interrupted; a watcher watches for sure once it has told of something. */
    private Background<Boolean> watch(List<Sighting> told) {
        Background<Boolean> watching =
                Background.run(() -> engine().backend().observer().watch(told::add));
        SandboxSpec sandbox = engine().sandbox();
        await().until(() -> {
            engine().awaitExit(engine().started(sandbox, engine().programs().exit(0)));
            return !told.isEmpty();
        });
        return watching;
    }
}
