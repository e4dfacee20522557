package io.davit.core.boot;

import io.davit.core.domain.Fault;
import io.davit.core.spi.Command;
import io.davit.core.spi.CommandResult;
import io.davit.core.spi.Commands;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the service is (sd_notify(3)), if it asked for that. Through the program systemd-notify, as the JDK
 * has no datagram sockets for unix; the unit says NotifyAccess=all for it.
 */
final class ServiceState {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceState.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Optional<String> socket;
    private final Commands commands;

    /** @param socket the value of NOTIFY_SOCKET */
    ServiceState(Optional<String> socket, Commands commands) {
        this.socket = socket.filter(name -> !name.isEmpty());
        this.commands = commands;
    }

    void ready(String status) {
        tell("--ready", "--status=" + status);
    }

    void stopping() {
        tell("STOPPING=1", "--status=stopping");
    }

    /** The service goes on if systemd cannot be told; systemd itself says what it misses. */
    private void tell(String... words) {
        if (socket.isEmpty()) return;
        List<String> arguments = List.of("systemd-notify", words[0], words[1]);
        Map<String, String> environment = Map.of("NOTIFY_SOCKET", socket.get());
        try {
            CommandResult result =
                    commands.run(new Command(arguments, environment, new byte[0], Optional.empty(), LIMIT));
            if (!result.succeeded()) LOG.warn("systemd was not told {}: {}", words[0], result.complaint());
        } catch (Fault fault) {
            LOG.warn("systemd was not told {}: {}", words[0], fault.kind().text());
        }
    }
}
