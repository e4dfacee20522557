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
    private static final int RECEIVED_PACKETS = 1;
    private static final int RECEIVE_ERRORS = 2;
    private static final int RECEIVED_DROPPED = 3;
    private static final int TRANSMITTED_BYTES = 8;
    private static final int TRANSMITTED_PACKETS = 9;
    private static final int TRANSMIT_ERRORS = 10;
    private static final int TRANSMITTED_DROPPED = 11;
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
            interfaces.add(of(name, columns));
        }
        return interfaces;
    }

    private static NetworkUsage.Interface of(String name, String[] columns) {
        return new NetworkUsage.Interface(
                name,
                number(columns, RECEIVED_BYTES),
                number(columns, RECEIVE_ERRORS),
                number(columns, TRANSMITTED_BYTES),
                number(columns, TRANSMIT_ERRORS),
                Optional.of(new NetworkUsage.Packets(
                        number(columns, RECEIVED_PACKETS),
                        number(columns, RECEIVED_DROPPED),
                        number(columns, TRANSMITTED_PACKETS),
                        number(columns, TRANSMITTED_DROPPED))));
    }

    private static long number(String[] columns, int column) {
        return Long.parseUnsignedLong(columns[column]);
    }
}
