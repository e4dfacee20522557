package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.spi.Removed;
import io.davit.core.spi.SandboxNetwork;
import io.davit.core.spi.Sighting;
import io.davit.core.spi.Sighting.LiveSandbox;
import io.davit.core.spi.Stopped;
import java.nio.file.Files;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** {@link io.davit.core.spi.Sandboxes}. */
interface SandboxContract extends ContractPart {
    @Test
    default void a_started_sandbox_is_seen_alive() {
        SandboxSpec sandbox = engine().sandbox();

        assertThat(engine().backend().observer().sightings()).contains(new LiveSandbox(sandbox.id()));
    }

    @Test
    default void a_sandbox_on_the_network_of_the_node_has_no_network_of_its_own() {
        SandboxSpec spec = engine().sandboxSpec(SandboxSpecBuilder::hostNetwork);
        try {
            assertThat(engine().sandboxes().start(spec).network()).isInstanceOf(SandboxNetwork.Host.class);
        } finally {
            engine().sandboxes().remove(spec.id());
        }
    }

    @Test
    default void any_other_sandbox_has_addresses_or_a_namespace_that_can_be_opened() {
        SandboxSpec spec = engine().sandboxSpec(UnaryOperator.identity());
        try {
            switch (engine().sandboxes().start(spec).network()) {
                case SandboxNetwork.Host _ -> throw new AssertionError("it did not ask for the network of the node");
                case SandboxNetwork.Attached(var addresses) ->
                    assertThat(addresses).isNotEmpty();
                case SandboxNetwork.Unattached(var netns) ->
                    assertThat(Files.isReadable(netns)).isTrue();
            }
        } finally {
            engine().sandboxes().remove(spec.id());
        }
    }

    @Test
    default void a_stopped_sandbox_is_not_seen_alive() {
        SandboxSpec sandbox = engine().sandbox();

        assertThat(engine().sandboxes().stop(sandbox.id())).isEqualTo(Stopped.NOW);

        assertThat(engine().backend().observer().sightings()).doesNotContain(new LiveSandbox(sandbox.id()));
    }

    @Test
    default void a_sandbox_is_stopped_again_without_error() {
        SandboxSpec sandbox = engine().sandbox();
        engine().sandboxes().stop(sandbox.id());

        assertThat(engine().sandboxes().stop(sandbox.id())).isEqualTo(Stopped.ALREADY);
    }

    @Test
    default void a_sandbox_is_removed_again_without_error() {
        SandboxSpec sandbox = engine().sandbox();
        engine().sandboxes().stop(sandbox.id());

        assertThat(engine().sandboxes().remove(sandbox.id())).isEqualTo(Removed.NOW);
        assertThat(engine().sandboxes().remove(sandbox.id())).isEqualTo(Removed.ALREADY);
    }

    @Test
    default void a_sandbox_that_never_was_is_stopped_and_removed_without_error() {
        SandboxId nobody = SandboxId.random(engine().host().random());

        assertThat(engine().sandboxes().stop(nobody)).isEqualTo(Stopped.ALREADY);
        assertThat(engine().sandboxes().remove(nobody)).isEqualTo(Removed.ALREADY);
    }

    @Test
    default void a_running_sandbox_is_removed_without_a_stop() {
        SandboxSpec sandbox = engine().sandbox();

        assertThat(engine().sandboxes().remove(sandbox.id())).isEqualTo(Removed.NOW);

        assertThat(engine().backend().observer().sightings()).isEmpty();
    }

    @Test
    default void sandboxes_do_not_disturb_each_other() {
        SandboxSpec first = engine().sandbox();
        SandboxSpec second = engine().sandbox();

        engine().sandboxes().stop(first.id());
        engine().sandboxes().remove(first.id());

        assertThat(engine().backend().observer().sightings()).containsExactly((Sighting) new LiveSandbox(second.id()));
    }
}
