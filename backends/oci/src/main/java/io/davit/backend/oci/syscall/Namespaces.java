package io.davit.backend.oci.syscall;

import static io.davit.backend.oci.syscall.OpenFlags.O_CLOEXEC;
import static io.davit.backend.oci.syscall.OpenFlags.O_RDONLY;

import com.sun.jna.LastErrorException;
import io.davit.core.domain.Fault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/**
 * Changes the namespaces of the calling thread: only for a {@link ThrowAwayThread}. Sockets, /proc/sys and child
 * processes of a thread belong to its namespaces.
 */
public final class Namespaces {

    static {
        Libc.bind(Namespaces.class);
    }

    private Namespaces() {}

    /** Gives the calling thread new namespaces of these kinds. A new PID namespace is for its next child. */
    public static void unshare(Set<NamespaceKind> kinds) {
        int flags = 0;
        for (NamespaceKind kind : kinds) {
            flags |= kind.flag();
        }
        try {
            unshare(flags);
        } catch (LastErrorException e) {
            throw Errno.fault("make namespaces " + kinds, e);
        }
    }

    /** Moves the calling thread into the namespace at {@code path} (a pin, or a file below /proc/PID/ns). */
    public static void enter(Path path, NamespaceKind kind) {
        try (Descriptor namespace = new Descriptor(open(path.toString(), O_RDONLY | O_CLOEXEC))) {
            setns(namespace.number(), kind.flag());
        } catch (LastErrorException e) {
            throw Errno.fault("enter the " + kind + " namespace " + path, e);
        }
    }

    /** Sets the host name in the calling thread's UTS namespace. */
    public static void setHostname(String hostname) {
        try {
            byte[] bytes = hostname.getBytes(StandardCharsets.UTF_8);
            sethostname(bytes, bytes.length);
        } catch (LastErrorException e) {
            throw Errno.fault("set the hostname " + hostname, e);
        }
    }

    /** Gives the calling thread, and no other, another effective user, and so no capabilities (setresuid(2)). */
    public static void actAs(int uid) {
        long number = switch (System.getProperty("os.arch")) {
            case "amd64" -> 117;
            case "aarch64" -> 147;
            case String other ->
                throw new Fault(new Fault.Kind.Unsupported("the architecture " + other, "known: amd64, aarch64"));
        };
        try {
            // The C library's function would change the user of all threads.
            syscall(number, -1, uid, -1);
        } catch (LastErrorException e) {
            throw Errno.fault("become user " + uid, e);
        }
    }

    private static native long syscall(long number, long real, long effective, long saved) throws LastErrorException;

    private static native int unshare(int flags) throws LastErrorException;

    private static native int open(String path, int flags) throws LastErrorException;

    private static native int setns(int descriptor, int flag) throws LastErrorException;

    private static native int sethostname(byte[] name, long length) throws LastErrorException;
}
