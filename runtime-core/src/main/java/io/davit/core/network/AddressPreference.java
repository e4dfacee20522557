package io.davit.core.network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which address of a pod becomes its primary one. */
public enum AddressPreference {
    /** The first one of the CNI result. */
    CNI,
    IPV4,
    IPV6;

    /** The addresses with the preferred one in front, the others in the order they came. */
    List<InetAddress> apply(List<InetAddress> addresses) {
        Optional<InetAddress> primary = addresses.stream().filter(this::prefers).findFirst();
        List<InetAddress> ordered = new ArrayList<>(addresses);
        primary.ifPresent(address -> {
            ordered.remove(address);
            ordered.addFirst(address);
        });
        return List.copyOf(ordered);
    }

    private boolean prefers(InetAddress address) {
        return switch (this) {
            case CNI -> true;
            case IPV4 -> address instanceof Inet4Address;
            case IPV6 -> address instanceof Inet6Address;
        };
    }
}
