package io.davit.core.domain;

import java.time.Instant;
import java.util.List;

/** What went over the interfaces of a network namespace since each was made, the loopback left out. */
public record NetworkUsage(Instant sampledAt, List<Interface> interfaces) {
    public NetworkUsage {
        interfaces = List.copyOf(interfaces);
    }

    /** One interface, as its own namespace sees it. */
    public record Interface(
            String name, long receivedBytes, long receiveErrors, long transmittedBytes, long transmitErrors) {}
}
