package io.davit.backend.oci.namespaces;

import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.backend.oci.syscall.Namespaces;
import io.davit.backend.oci.syscall.ThrowAwayThread;
import io.davit.core.domain.NetworkUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counters of the interfaces in a pinned network namespace, as /proc/net/dev shows them (proc_pid_net(5)). */
public final class NetworkCounters {
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

    /** @throws io.davit.core.domain.Fault Failed if the namespace is pinned no more */
    public static NetworkUsage of(Path pin, Clock clock) {
        List<String> table = ThrowAwayThread.call("network-counters", () -> {
            Namespaces.enter(pin, NamespaceKind.NET);
            // Not /proc/net, which is /proc/self/net: that of the daemon's first thread.
            return Files.readAllLines(Path.of("/proc/thread-self/net/dev"));
        });
        return new NetworkUsage(clock.instant(), parse(table));
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
            interfaces.add(counters(name, columns));
        }
        return interfaces;
    }

    private static NetworkUsage.Interface counters(String name, String[] columns) {
        return new NetworkUsage.Interface(
                name,
                Long.parseUnsignedLong(columns[RECEIVED_BYTES]),
                Long.parseUnsignedLong(columns[RECEIVE_ERRORS]),
                Long.parseUnsignedLong(columns[TRANSMITTED_BYTES]),
                Long.parseUnsignedLong(columns[TRANSMIT_ERRORS]),
                Optional.of(new NetworkUsage.Packets(
                        Long.parseUnsignedLong(columns[RECEIVED_PACKETS]),
                        Long.parseUnsignedLong(columns[RECEIVED_DROPPED]),
                        Long.parseUnsignedLong(columns[TRANSMITTED_PACKETS]),
                        Long.parseUnsignedLong(columns[TRANSMITTED_DROPPED]))));
    }
}
