package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import io.davit.core.domain.Fault;
import java.util.Map;

/** Error numbers of Linux (asm-generic/errno-base.h and errno.h, the same on x86-64 and aarch64) as faults. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int ECHILD = 10;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOSPC = 28;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EOPNOTSUPP = 95;
    public static final int EDQUOT = 122;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "EPERM"),
            Map.entry(ENOENT, "ENOENT"),
            Map.entry(ESRCH, "ESRCH"),
            Map.entry(EINTR, "EINTR"),
            Map.entry(ENXIO, "ENXIO"),
            Map.entry(EBADF, "EBADF"),
            Map.entry(ECHILD, "ECHILD"),
            Map.entry(EAGAIN, "EAGAIN"),
            Map.entry(ENOMEM, "ENOMEM"),
            Map.entry(EACCES, "EACCES"),
            Map.entry(EBUSY, "EBUSY"),
            Map.entry(EEXIST, "EEXIST"),
            Map.entry(ENODEV, "ENODEV"),
            Map.entry(ENOTDIR, "ENOTDIR"),
            Map.entry(EINVAL, "EINVAL"),
            Map.entry(ENFILE, "ENFILE"),
            Map.entry(EMFILE, "EMFILE"),
            Map.entry(ENOSPC, "ENOSPC"),
            Map.entry(EPIPE, "EPIPE"),
            Map.entry(ERANGE, "ERANGE"),
            Map.entry(ENOSYS, "ENOSYS"),
            Map.entry(ENOTEMPTY, "ENOTEMPTY"),
            Map.entry(ELOOP, "ELOOP"),
            Map.entry(ENODATA, "ENODATA"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP"),
            Map.entry(EDQUOT, "EDQUOT"));

    private Errno() {}

    /** A failed call as a fault: Exhausted where the host has run out of something, else Failed. */
    public static Fault fault(String doing, LastErrorException error) {
        String why = describe(error);
        return switch (error.getErrorCode()) {
            case ENOMEM, ENFILE, EMFILE, ENOSPC, EDQUOT -> new Fault(new Fault.Kind.Exhausted(doing, why), error);
            default -> new Fault(new Fault.Kind.Failed(doing, why), error);
        };
    }

    /** The same for functions that return their error number (posix_spawn). */
    public static Fault fault(String doing, int errno) {
        return fault(doing, new LastErrorException(errno));
    }

    /** Name and text of an error, e.g. {@code EBUSY (Device or resource busy)}. */
    static String describe(LastErrorException error) {
        int code = error.getErrorCode();
        String name = NAMES.getOrDefault(code, "errno " + code);
        String message = String.valueOf(error.getMessage());
        // JNA's message is "[16] Device or resource busy".
        String text = message.substring(message.indexOf(']') + 1).strip();
        return text.isEmpty() ? name : name + " (" + text + ")";
    }
}
