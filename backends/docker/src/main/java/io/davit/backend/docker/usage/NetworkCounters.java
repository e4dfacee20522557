package io.davit.backend.docker.usage;

import io.davit.core.domain.NetworkUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counters of the interfaces in the network namespace of a process (proc_pid_net(5)). */
final class NetworkCounters {
    private static final String LOOPBACK = "lo";
    private static final int RECEIVED_BYTES = 0;
    private static final int RECEIVE_ERRORS = 2;
    private static final int TRANSMITTED_BYTES = 8;
    private static final int TRANSMIT_ERRORS = 10;
    private static final int COLUMNS = 16;

    private NetworkCounters() {}

    static Optional<NetworkUsage> of(long pid, Clock clock) {
        try {
            List<String> table = Files.readAllLines(Path.of("/proc/" + pid + "/net/dev"));
            return Optional.of(new NetworkUsage(clock.instant(), parse(table)));
        } catch (IOException _) {
            return Optional.empty(); // it ended meanwhile
        }
    }

    static List<NetworkUsage.Interface> parse(List<String> table) {
        List<NetworkUsage.Interface> interfaces = new ArrayList<>();
        for (String line : table) {
            // The name may have colons itself; the two lines of headings have none.
            int colon = line.lastIndexOf(':');
            if (colon < 0) continue;
            String name = line.substring(0, colon).strip();
            String[] columns = line.substring(colon + 1).strip().split("\\s+");
            if (name.equals(LOOPBACK) || columns.length < COLUMNS) continue;
            interfaces.add(new NetworkUsage.Interface(
                    name,
                    Long.parseUnsignedLong(columns[RECEIVED_BYTES]),
                    Long.parseUnsignedLong(columns[RECEIVE_ERRORS]),
                    Long.parseUnsignedLong(columns[TRANSMITTED_BYTES]),
                    Long.parseUnsignedLong(columns[TRANSMIT_ERRORS])));
        }
        return interfaces;
    }
}
