package io.davit.conformance.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.ContainerSpec;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Fault.Kind;
import io.davit.core.spi.ExecSpec;
import io.davit.core.spi.Sighting.RunningContainer;
import io.davit.core.spi.Stdio;
import io.davit.core.spi.TerminalResizes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@link io.davit.core.spi.Streams#exec}. */
interface ExecContract extends ContractPart {
    Optional<Duration> NO_LIMIT = Optional.empty();

    @Test
    default void an_exec_answers_its_exit_code() {
        ContainerSpec container = engine().started(programs().untilTold());

        assertThat(engine().exec(container, programs().exit(0), new Output())).isZero();
        assertThat(engine().exec(container, programs().exit(3), new Output())).isEqualTo(3);
    }

    @Test
    default void both_outputs_of_an_exec_are_kept_apart() {
        ContainerSpec container = engine().started(programs().untilTold());
        Output output = new Output();

        engine().exec(container, programs().echo("hello"), output);
        engine().exec(container, programs().complain("trouble"), output);

        assertThat(output.stdout()).isEqualTo("hello\n");
        assertThat(output.stderr()).isEqualTo("trouble\n");
    }

    @Test
    default void with_a_terminal_there_is_one_output() {
        ContainerSpec container = engine().started(programs().untilTold());
        Output output = new Output();
        ExecSpec complaint = new ExecSpec(container.id(), programs().complain("trouble"), true, NO_LIMIT);

        engine().backend().streams().exec(complaint, output.terminal());

        assertThat(output.stdout().strip()).isEqualTo("trouble");
    }

    @Test
    default void an_exec_reads_its_input_to_the_end() {
        ContainerSpec container = engine().started(programs().untilTold());
        Output output = new Output();

        int code = exec(container, programs().cat(), NO_LIMIT, output.reading("one\ntwo\n"));

        assertThat(code).isZero();
        assertThat(output.stdout()).isEqualTo("one\ntwo\n");
    }

    @Test
    default void an_exec_that_was_given_no_input_finds_its_end_at_once() {
        ContainerSpec container = engine().started(programs().untilTold());
        Output output = new Output();

        assertThat(engine().exec(container, programs().cat(), output)).isZero();
        assertThat(output.stdout()).isEmpty();
    }

    @Test
    default void large_output_arrives_whole() {
        ContainerSpec container = engine().started(programs().untilTold());
        Output output = new Output();
        int count = 1_000_000;

        engine().exec(container, programs().lines(count), output);

        String expected =
                IntStream.rangeClosed(1, count).mapToObj(n -> n + "\n").collect(Collectors.joining());
        assertThat(output.stdout().equals(expected))
                .as("all lines from 1 to " + count)
                .isTrue();
    }

    @Test
    default void an_exec_that_takes_too_long_is_killed_at_its_limit() {
        ContainerSpec container = engine().started(programs().untilTold());
        Optional<Duration> limit = Optional.of(Duration.ofSeconds(1));

        Kind kind = Thrown.by(() -> exec(container, programs().sleep(3600), limit, new Output().stdio()));

        assertThat(kind).isInstanceOf(Kind.TimedOut.class);
        assertThat(engine().seen(container)).get().isInstanceOf(RunningContainer.class);
    }

    @Test
    default void an_exec_that_waits_for_input_meets_its_limit_too() throws IOException {
        ContainerSpec container = engine().started(programs().untilTold());
        PipedInputStream silent = new PipedInputStream(new PipedOutputStream());
        Optional<Duration> limit = Optional.of(Duration.ofSeconds(1));

        Kind kind = Thrown.by(() -> exec(container, programs().cat(), limit, new Output().reading(silent)));

        assertThat(kind).isInstanceOf(Kind.TimedOut.class);
    }

    @Test
    default void an_interrupted_exec_ends() throws Exception {
        ContainerSpec container = engine().started(programs().untilTold());
        Background<Integer> sleeping =
                Background.call(() -> engine().exec(container, programs().sleep(3600), new Output()));

        sleeping.interrupt();

        assertThat(engine().seen(container)).get().isInstanceOf(RunningContainer.class);
    }

    @Test
    default void a_child_that_holds_the_output_open_does_not_hold_the_exec() {
        ContainerSpec container = engine().started(programs().untilTold());
        Output output = new Output();

        assertThat(engine().exec(container, programs().leavesChild("done"), output))
                .isZero();

        assertThat(output.stdout()).isEqualTo("done\n");
    }

    @Test
    default void a_missing_command_fails_and_is_named() {
        ContainerSpec container = engine().started(programs().untilTold());

        Kind kind = Thrown.by(() -> engine().exec(container, programs().missing(), new Output()));

        assertThat(kind).isInstanceOf(Kind.Failed.class);
        assertThat(kind.text()).contains(programs().missing().getFirst());
    }

    @Test
    default void nothing_is_executed_in_a_container_that_does_not_run() {
        ContainerSpec created = engine().created(engine().sandbox(), programs().untilTold());
        ContainerSpec exited = engine().started(programs().exit(0));
        engine().awaitExit(exited);

        Thrown.by(() -> engine().exec(created, programs().echo("hello"), new Output()));
        Thrown.by(() -> engine().exec(exited, programs().echo("hello"), new Output()));
    }

    @Test
    default void an_exec_ends_when_its_client_has_left() throws Exception {
        ContainerSpec container = engine().started(programs().untilTold());
        Stdio left = new Stdio(Optional.empty(), Optional.of(closed()), Optional.empty(), TerminalResizes.NONE);
        Background<Integer> writing =
                Background.call(() -> exec(container, programs().lines(1_000_000), NO_LIMIT, left));

        Thrown.by(writing::answer);

        assertThat(engine().seen(container)).get().isInstanceOf(RunningContainer.class);
    }

    @Test
    default void an_exec_ends_with_its_container() throws Exception {
        ContainerSpec container = engine().started(programs().untilTold());
        Background<Integer> sleeping =
                Background.call(() -> engine().exec(container, programs().sleep(3600), new Output()));

        engine().containers().remove(container.id());

        try {
            assertThat(sleeping.answer()).isNotZero();
        } catch (Fault fault) {
            assertThat(fault.getMessage()).isNotBlank(); // it came too late to be started
        }
    }

    @Test
    default void many_execs_at_once_get_each_their_own_output() throws Exception {
        ContainerSpec container = engine().started(programs().untilTold());
        List<Background<String>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String word = "word-" + i;
            all.add(Background.call(() -> {
                Output output = new Output();
                engine().exec(container, programs().echo(word), output);
                return output.stdout();
            }));
        }

        for (int i = 0; i < 10; i++) assertThat(all.get(i).answer()).isEqualTo("word-" + i + "\n");
    }

    private int exec(ContainerSpec container, List<String> command, Optional<Duration> limit, Stdio stdio) {
        return engine().backend().streams().exec(new ExecSpec(container.id(), command, false, limit), stdio);
    }

    private Programs programs() {
        return engine().programs();
    }

    private static OutputStream closed() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("the client has left");
            }
        };
    }
}
