package io.davit.core.streaming;

import io.davit.core.domain.ContainerId;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import java.util.List;
import java.util.Optional;

/**
 * What an Exec, Attach or PortForward RPC asked for. It stays with the server; the client gets a URL with a token that
 * stands for it, so that no URL and no proxy's log shows a command line.
 */
public sealed interface StreamRequest {
    /** Streams into a container's process. */
    sealed interface Command extends StreamRequest {
        ContainerId container();

        RequestedStreams streams();
    }

    /** Runs a command in a running container. Its text leaves out the command, which may hold secrets. */
    record Exec(ContainerId container, List<String> command, RequestedStreams streams) implements Command {
        public Exec {
            command = List.copyOf(command);
            if (command.isEmpty()) throw Fault.invalid("cmd", "empty; name the program to run");
        }

        @Override
        public String toString() {
            return "exec in container " + container;
        }
    }

    /** Connects to the streams of a container's first process. */
    record Attach(ContainerId container, RequestedStreams streams) implements Command {
        @Override
        public String toString() {
            return "attach to container " + container;
        }
    }

    /**
     * Forwards connections into a sandbox.
     *
     * @param ports what a WebSocket client will get, in this order; a SPDY client names the port with each connection
     */
    record PortForward(SandboxId sandbox, List<Integer> ports) implements StreamRequest {
        private static final int PORT_MAX = 65_535;

        public PortForward {
            ports = List.copyOf(ports);
            for (int port : ports) {
                if (!isPort(port)) throw Fault.invalid("port", port + " is not within 1.." + PORT_MAX);
            }
        }

        /** A port as a client writes it; empty if it is none. */
        static Optional<Integer> parsePort(String text) {
            try {
                return Optional.of(Integer.valueOf(text)).filter(PortForward::isPort);
            } catch (NumberFormatException _) { // what is no number is no port
                return Optional.empty();
            }
        }

        private static boolean isPort(int number) {
            return number >= 1 && number <= PORT_MAX;
        }

        @Override
        public String toString() {
            return "port forward to pod sandbox " + sandbox;
        }
    }
}
