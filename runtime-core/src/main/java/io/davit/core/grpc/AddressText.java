package io.davit.core.grpc;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Addresses as everybody else in a cluster writes them (RFC 5952), where Java writes all eight groups: the kubelet puts
 * the text as it is into the pod's status and environment, and others compare it.
 */
final class AddressText {
    private static final int GROUPS = 8;

    private AddressText() {}

    static String of(InetAddress address) {
        if (!(address instanceof Inet6Address)) return address.getHostAddress();
        byte[] bytes = address.getAddress();
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = Byte.toUnsignedInt(bytes[2 * i]) << Byte.SIZE | Byte.toUnsignedInt(bytes[2 * i + 1]);
        }
        int start = 0;
        int length = 0;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zerosAt(groups, i);
            if (zeros <= length) continue;
            start = i;
            length = zeros;
        }
        // A single group of zeros is written out.
        if (length < 2) return text(groups, 0, GROUPS);
        return text(groups, 0, start) + "::" + text(groups, start + length, GROUPS);
    }

    private static int zerosAt(int[] groups, int first) {
        int end = first;
        while (end < GROUPS && groups[end] == 0) end++;
        return end - first;
    }

    private static String text(int[] groups, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            if (i > from) text.append(':');
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
