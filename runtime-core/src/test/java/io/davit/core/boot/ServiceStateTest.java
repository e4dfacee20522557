package io.davit.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ServiceStateTest {
    private final List<Command> commands = new ArrayList<>();

    @Test
    void systemd_is_told_where_it_asked_for_it() {
        ServiceState state = new ServiceState(Optional.of("/run/systemd/notify"), answering(0));

        state.ready("serving on /run/davit/davit.sock");
        state.stopping();

        assertThat(commands)
                .extracting(Command::arguments)
                .containsExactly(
                        List.of("systemd-notify", "--ready", "--status=serving on /run/davit/davit.sock"),
                        List.of("systemd-notify", "STOPPING=1", "--status=stopping"));
        assertThat(commands)
                .extracting(Command::environment)
                .containsOnly(Map.of("NOTIFY_SOCKET", "/run/systemd/notify"));
    }

    @Test
    void nobody_is_told_without_a_service_manager() {
        new ServiceState(Optional.empty(), answering(0)).ready("serving");
        new ServiceState(Optional.of(""), answering(0)).ready("serving");

        assertThat(commands).isEmpty();
    }

    @Test
    void the_service_goes_on_when_systemd_cannot_be_told() {
        new ServiceState(Optional.of("/x"), answering(1)).ready("serving");
        new ServiceState(Optional.of("/x"), command -> {
                    throw Fault.failed("running " + command.arguments().getFirst(), "not there");
                })
                .ready("serving");

        assertThat(commands).hasSize(1);
    }

    private Commands answering(int exitCode) {
        return command -> {
            commands.add(command);
            return new CommandResult(exitCode, new byte[0], "no".getBytes(StandardCharsets.UTF_8));
        };
    }
}
