package io.davit.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.conformance.contract.Background;
import io.davit.conformance.contract.SandboxSpecBuilder;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Fault.Kind.Failed;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.process.ChildProcesses;
import io.davit.core.spi.Backend;
import io.davit.core.spi.HostServices;
import io.davit.core.spi.SandboxUp;
import io.davit.core.spi.Sighting.LiveSandbox;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(30)
class ScriptSpec {
    private static final Failed NO_MEMORY = new Failed("starting a sandbox", "no memory");

    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    private final World world = new World();
    private final Script script = new Script();
    private final Backend backend = new MemoryProvider(world, script)
            .open(
                    new MemorySettings(List.of(), List.of(), false),
                    List.of(),
                    new HostServices(Clock.systemUTC(), random, Path.of("/"), Path.of("/"), new ChildProcesses(1)));

    @Test
    void without_a_rule_a_call_does_what_it_does() {
        SandboxSpec spec = spec();

        backend.sandboxes().start(spec);

        assertThat(world.objects()).containsExactly(spec.id().value());
    }

    @Test
    void a_call_that_fails_before_has_done_nothing() {
        script.on(SpiMethod.SANDBOX_START).failsBefore(NO_MEMORY);

        assertThatThrownBy(() -> backend.sandboxes().start(spec()))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(NO_MEMORY));
        assertThat(world.objects()).isEmpty();
    }

    @Test
    void a_call_that_fails_after_has_done_its_work() {
        SandboxSpec spec = spec();
        script.on(SpiMethod.SANDBOX_START).failsAfter(NO_MEMORY);

        assertThatThrownBy(() -> backend.sandboxes().start(spec)).isInstanceOf(Fault.class);
        assertThat(world.objects()).containsExactly(spec.id().value());
    }

    @Test
    void a_rule_plays_once_and_in_its_turn() {
        script.on(SpiMethod.SANDBOX_START).nth(2).failsBefore(NO_MEMORY);

        backend.sandboxes().start(spec());
        assertThatThrownBy(() -> backend.sandboxes().start(spec())).isInstanceOf(Fault.class);
        backend.sandboxes().start(spec());

        assertThat(world.objects()).hasSize(2);
    }

    @Test
    void a_rule_may_mean_one_object() {
        SandboxSpec lucky = spec();
        SandboxSpec unlucky = spec();
        script.on(SpiMethod.SANDBOX_START).of(unlucky.id()).failsBefore(NO_MEMORY);

        backend.sandboxes().start(lucky);
        assertThatThrownBy(() -> backend.sandboxes().start(unlucky)).isInstanceOf(Fault.class);
    }

    @Test
    void any_change_is_a_change_but_looking_is_none() {
        script.onAnyChange().failsBefore(NO_MEMORY);

        assertThat(backend.observer().sightings()).isEmpty();
        assertThatThrownBy(() -> backend.sandboxes().remove(spec().id())).isInstanceOf(Fault.class);
    }

    @Test
    void a_held_call_goes_on_when_it_is_released() throws InterruptedException {
        Hold hold = script.on(SpiMethod.SANDBOX_START).holdsBefore();
        SandboxSpec spec = spec();
        Thread caller = Thread.startVirtualThread(() -> backend.sandboxes().start(spec));

        hold.awaitArrival();
        assertThat(world.objects()).isEmpty();
        hold.release();
        caller.join();

        assertThat(backend.observer().sightings()).containsExactly(new LiveSandbox(spec.id()));
    }

    @Test
    void a_daemon_that_was_cut_off_reaches_nothing_not_even_with_a_held_call() throws InterruptedException {
        Hold hold = script.on(SpiMethod.SANDBOX_START).holdsBefore();
        Background<SandboxUp> held = Background.call(() -> backend.sandboxes().start(spec()));
        hold.awaitArrival();

        script.sever();
        hold.release();

        assertThatThrownBy(held::answer).isInstanceOf(Fault.class);
        assertThatThrownBy(() -> backend.sandboxes().start(spec())).isInstanceOf(Fault.class);
        assertThat(world.objects()).isEmpty();
    }

    @Test
    void a_slow_call_does_its_work_in_the_end() {
        script.on(SpiMethod.SANDBOX_START).takes(Duration.ofMillis(1));

        backend.sandboxes().start(spec());

        assertThat(world.objects()).hasSize(1);
    }

    @Test
    void every_call_is_noted_with_what_it_is_about() {
        SandboxSpec spec = spec();

        backend.sandboxes().start(spec);
        backend.observer().sightings();
        backend.sandboxes().stop(spec.id());

        assertThat(script.calls())
                .containsExactly(
                        new Call(SpiMethod.SANDBOX_START, spec.id().value(), List.of(spec)),
                        new Call(SpiMethod.SIGHTINGS, "", List.of()),
                        new Call(SpiMethod.SANDBOX_STOP, spec.id().value(), List.of(spec.id())));
    }

    private SandboxSpec spec() {
        return SandboxSpecBuilder.of(SandboxId.random(random), "web").build();
    }
}
