package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import java.util.Optional;

/** A process that cannot be mistaken for a later one with the same number (pidfd_open(2), Linux 5.3). */
public final class PidFd implements AutoCloseable {
    // The same number on every architecture (asm-generic/unistd.h).
    private static final long SYS_PIDFD_SEND_SIGNAL = 424;
    private static final long SYS_PIDFD_OPEN = 434;

    static {
        Libc.bind(PidFd.class);
    }

    private final Descriptor descriptor;

    private PidFd(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** Empty if there is no process of that number any more. */
    public static Optional<PidFd> open(long pid) {
        try {
            return Optional.of(new PidFd(new Descriptor((int) syscall(SYS_PIDFD_OPEN, pid, 0))));
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.ESRCH) return Optional.empty();
            throw Errno.fault("watch process " + pid, e);
        }
    }

    /** @return false if the process has ended */
    public boolean send(int signal) {
        try {
            syscall(SYS_PIDFD_SEND_SIGNAL, descriptor.number(), signal, 0, 0);
            return true;
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.ESRCH) return false;
            throw Errno.fault("send signal " + signal, e);
        }
    }

    /** Readable in {@link Poll} when the process has ended. */
    public Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private static native long syscall(long number, long pid, long flags) throws LastErrorException;

    private static native long syscall(long number, long descriptor, long signal, long info, long flags)
            throws LastErrorException;
}
