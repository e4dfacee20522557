package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;

/** Signals to processes and groups by number (kill(2)); where a number may have been reused, see {@link PidFd}. */
public final class Signals {
    public static final int KILL = 9;
    public static final int TERM = 15;
    public static final int STOP = 19;

    static {
        Libc.bind(Signals.class);
    }

    private Signals() {}

    /** @return false if there is no such process */
    public static boolean send(long pid, int signal) {
        if (pid <= 1) throw new IllegalArgumentException("not a process to signal: " + pid);
        return call((int) pid, signal);
    }

    /** Signals every process of a group; @return false if there is none */
    public static boolean sendToGroup(long group, int signal) {
        if (group <= 1) throw new IllegalArgumentException("not a process group to signal: " + group);
        return call((int) -group, signal);
    }

    private static boolean call(int target, int signal) {
        try {
            kill(target, signal);
            return true;
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.ESRCH) return false;
            throw Errno.fault("send signal " + signal + " to " + target, e);
        }
    }

    private static native int kill(int target, int signal) throws LastErrorException;
}
