package io.davit.core.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.davit.core.domain.Fault;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StreamRequestTest {
    @Test
    void a_terminal_has_no_standard_error() {
        assertThatThrownBy(() -> new RequestedStreams(true, true, true, true))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("stderr: set together with tty");
    }

    @Test
    void some_stream_has_to_be_asked_for() {
        assertThatThrownBy(() -> new RequestedStreams(false, false, false, true))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("at least one");
    }

    @Test
    void exec_needs_a_command() {
        RequestedStreams streams = new RequestedStreams(false, true, false, false);
        assertThatThrownBy(() -> new StreamRequest.Exec(HostStreams.CONTAINER, List.of(), streams))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("cmd");
    }

    @Test
    void a_port_lies_within_the_range_of_ports() {
        assertThat(new StreamRequest.PortForward(HostStreams.SANDBOX, List.of(1, 65_535)).ports())
                .hasSize(2);
        for (int wrong : new int[] {0, -1, 65_536}) {
            assertThatThrownBy(() -> new StreamRequest.PortForward(HostStreams.SANDBOX, List.of(wrong)))
                    .isInstanceOf(Fault.class)
                    .hasMessageContaining("port: " + wrong);
        }
    }

    @Test
    void a_command_which_may_hold_secrets_is_not_printed() {
        RequestedStreams streams = new RequestedStreams(false, true, false, false);
        StreamRequest exec =
                new StreamRequest.Exec(HostStreams.CONTAINER, List.of("login", "--password=hunter2"), streams);
        assertThat(exec.toString()).contains("exec").doesNotContain("hunter2");
    }
}
