package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Waits until descriptors can be read or written, or their other end is closed (poll(2)). Blocks the thread natively. */
public final class Poll {
    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;
    // struct pollfd { int fd; short events; short revents; }
    private static final int ENTRY_BYTES = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final int RETURNED_OFFSET = 6;

    static {
        Libc.bind(Poll.class);
    }

    private Poll() {}

    /** @return those that have data or are at their end; none after the limit */
    public static List<Descriptor> readable(List<Descriptor> descriptors, Duration limit) {
        return ready(descriptors, POLLIN, limit);
    }

    /** @return false if it takes nothing until the limit; true also when its other end is closed */
    public static boolean writable(Descriptor descriptor, Duration limit) {
        return !ready(List.of(descriptor), POLLOUT, limit).isEmpty();
    }

    private static List<Descriptor> ready(List<Descriptor> descriptors, short events, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try (Memory entries = new Memory((long) ENTRY_BYTES * Math.max(1, descriptors.size()))) {
            for (int i = 0; i < descriptors.size(); i++) {
                entries.setInt((long) i * ENTRY_BYTES, descriptors.get(i).number());
                entries.setShort((long) i * ENTRY_BYTES + EVENTS_OFFSET, events);
                entries.setShort((long) i * ENTRY_BYTES + RETURNED_OFFSET, (short) 0);
            }
            await(entries, descriptors.size(), deadline);
            List<Descriptor> ready = new ArrayList<>();
            for (int i = 0; i < descriptors.size(); i++) {
                if (entries.getShort((long) i * ENTRY_BYTES + RETURNED_OFFSET) != 0) ready.add(descriptors.get(i));
            }
            return ready;
        }
    }

    private static void await(Memory entries, int count, long deadline) {
        while (true) {
            long millis = Math.max(0, Math.ceilDiv(deadline - System.nanoTime(), 1_000_000L));
            try {
                poll(entries, count, (int) Math.min(millis, Integer.MAX_VALUE));
                return;
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EINTR) throw Errno.fault("wait for descriptors", e);
            }
        }
    }

    private static native int poll(Memory entries, long count, int timeoutMillis) throws LastErrorException;
}
