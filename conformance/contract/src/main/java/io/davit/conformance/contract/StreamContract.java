package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.GracePeriod;
import io.davit.core.domain.SandboxId;
import io.davit.core.domain.SandboxSpec;
import io.davit.core.domain.Signal;
import io.davit.core.domain.StdioMode;
import io.davit.core.spi.Sighting.RunningContainer;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** {@link io.davit.core.spi.Streams#attach} and {@link io.davit.core.spi.Streams#forward}. */
interface StreamContract extends ContractPart {
    int PORT = 7654;

    @Test
    default void an_attached_client_types_and_sees_what_comes_back() throws Exception {
        ContainerSpec container = reading(new StdioMode(true, false, false));
        Output output = new Output();
        PipedOutputStream keyboard = new PipedOutputStream();
        PipedInputStream stdin = new PipedInputStream(keyboard);
        Background<Boolean> attached =
                Background.run(() -> engine().backend().streams().attach(container.id(), output.reading(stdin)));

        type(keyboard, "hello\n");

        await().untilAsserted(() -> assertThat(output.stdout()).isEqualTo("hello\n"));
        attached.interrupt();
    }

    @Test
    default void the_container_goes_on_when_the_client_has_left() throws Exception {
        ContainerSpec container = reading(new StdioMode(true, false, false));
        PipedInputStream stdin = new PipedInputStream(new PipedOutputStream());
        Background<Boolean> attached =
                Background.run(() -> engine().backend().streams().attach(container.id(), new Output().reading(stdin)));

        attached.interrupt();

        assertThat(engine().seen(container)).get().isInstanceOf(RunningContainer.class);
    }

    @Test
    default void with_stdin_once_the_end_of_the_first_input_is_the_end_of_all_input() throws Exception {
        ContainerSpec container = reading(new StdioMode(true, true, false));
        Output output = new Output();
        Background<Boolean> attached =
                Background.run(() -> engine().backend().streams().attach(container.id(), output.reading("hello\n")));

        assertThat(engine().awaitExit(container).code()).isZero();
        attached.answer();
        assertThat(output.stdout()).isEqualTo("hello\n");
    }

    @Test
    default void an_attachment_ends_with_its_container() throws Exception {
        ContainerSpec container = reading(new StdioMode(true, false, false));
        Output output = new Output();
        PipedOutputStream keyboard = new PipedOutputStream();
        PipedInputStream stdin = new PipedInputStream(keyboard);
        Background<Boolean> attached =
                Background.run(() -> engine().backend().streams().attach(container.id(), output.reading(stdin)));
        // Only what came back shows that the client is attached, and not just about to be.
        type(keyboard, "hello\n");
        await().untilAsserted(() -> assertThat(output.stdout()).isEqualTo("hello\n"));

        engine().containers().stop(container.id(), Signal.KILL, GracePeriod.NONE);

        attached.answer();
    }

    @Test
    default void nobody_attaches_to_a_container_that_does_not_run() {
        ContainerId nobody = ContainerId.random(engine().host().random());
        ContainerSpec exited = engine().started(engine().programs().exit(0));
        engine().awaitExit(exited);

        Thrown.by(() -> engine().backend().streams().attach(nobody, new Output().stdio()));
        Thrown.by(() -> engine().backend().streams().attach(exited.id(), new Output().stdio()));
    }

    @Test
    default void a_forwarded_port_carries_bytes_both_ways() throws Exception {
        SandboxSpec sandbox = engine().sandbox();
        engine().started(sandbox, engine().programs().server(PORT));

        // The server may need a moment until it listens.
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(echoed(sandbox, "ping")).isEqualTo("ping"));
    }

    @Test
    default void a_port_nobody_listens_on_is_refused_and_named() {
        SandboxSpec sandbox = engine().sandbox();

        assertThat(Thrown.by(() -> echoed(sandbox, "ping")).text()).contains(Integer.toString(PORT));
    }

    @Test
    default void nothing_is_forwarded_into_a_sandbox_that_is_not_there() {
        SandboxId nobody = SandboxId.random(engine().host().random());

        Thrown.by(() -> engine().backend().streams().forward(nobody, PORT, new Output().reading("ping")));
    }

    private String echoed(SandboxSpec sandbox, String text) {
        Output output = new Output();
        engine().backend().streams().forward(sandbox.id(), PORT, output.reading(text));
        return output.stdout();
    }

    private ContainerSpec reading(StdioMode mode) {
        SandboxSpec sandbox = engine().sandbox();
        ContainerSpec spec = engine().containerSpec(sandbox, engine().programs().cat(), one -> one.stdio(mode));
        engine().create(sandbox, spec);
        engine().containers().start(spec.id());
        return spec;
    }

    private static void type(PipedOutputStream keyboard, String text) throws IOException {
        keyboard.write(text.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }
}
