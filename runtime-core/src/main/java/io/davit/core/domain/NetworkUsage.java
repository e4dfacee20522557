package io.davit.core.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What went over the interfaces of a network namespace since each was made, the loopback left out. */
public record NetworkUsage(Instant sampledAt, List<Interface> interfaces) {
    public NetworkUsage {
        interfaces = List.copyOf(interfaces);
    }

    /**
     * One interface, as its own namespace sees it.
     *
     * @param packets empty where the engine does not tell
     */
    public record Interface(
            String name,
            long receivedBytes,
            long receiveErrors,
            long transmittedBytes,
            long transmitErrors,
            Optional<Packets> packets) {
        public Interface(
                String name, long receivedBytes, long receiveErrors, long transmittedBytes, long transmitErrors) {
            this(name, receivedBytes, receiveErrors, transmittedBytes, transmitErrors, Optional.empty());
        }
    }

    /** Packets of one interface. */
    public record Packets(long received, long receivedDropped, long transmitted, long transmittedDropped) {}
}
