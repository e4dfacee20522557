package io.davit.backend.docker.kernel;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.davit.core.domain.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Network namespaces: mount(2), umount2(2), setns(2) and unshare(2), and statvfs(3), bound directly by JNA on glibc. */
public final class Kernel {
    private static final long MS_REMOUNT = 32;
    private static final long MS_BIND = 4096;
    private static final long MS_REC = 16384;
    private static final long MS_PRIVATE = 1 << 18;
    /** nosuid, nodev, noexec. */
    private static final long SYS_FLAGS = 2 | 4 | 8;

    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNS = 0x20000;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int ENOENT = 2;
    private static final int EINVAL = 22;

    static {
        // Paths are UTF-8 whatever the daemon's locale is.
        Native.register(
                Kernel.class, NativeLibrary.getInstance("libc.so.6", Map.of(Library.OPTION_STRING_ENCODING, "UTF-8")));
    }

    private Kernel() {}

    /** Keeps a namespace alive without a process, by a bind mount of its file on {@code pin}. */
    public static void pin(Path namespace, Path pin) {
        try {
            if (!Files.exists(pin)) Files.createFile(pin);
            mount(namespace.toString(), pin.toString(), null, MS_BIND, null);
        } catch (LastErrorException | IOException e) {
            throw Fault.failed("pin the namespace " + namespace + " at " + pin, e);
        }
    }

    /** Lets go of whatever is pinned there, and deletes the pin. Idempotent. */
    public static void unpin(Path pin) {
        try {
            detachAll(pin);
            // After the unmount: deleting a mount point would detach it in every mount namespace.
            Files.deleteIfExists(pin);
        } catch (IOException e) {
            throw Fault.failed("delete the pin " + pin, e);
        }
    }

    private static void detachAll(Path target) {
        while (true) {
            try {
                umount2(target.toString(), MNT_DETACH | UMOUNT_NOFOLLOW);
            } catch (LastErrorException e) {
                // EINVAL: no mount point (umount2(2)); a missing path has no mount either.
                if (e.getErrorCode() == EINVAL || e.getErrorCode() == ENOENT) return;
                throw Fault.failed("unmount " + target, e);
            }
        }
    }

    /** Moves the calling thread into a network namespace; for a {@link ThrowAwayThread} alone. */
    static void enterNetwork(Path namespace) {
        int descriptor = -1;
        try {
            descriptor = open(namespace.toString(), O_RDONLY_CLOEXEC);
            setns(descriptor, CLONE_NEWNET);
        } catch (LastErrorException e) {
            throw Fault.failed("enter the network namespace " + namespace, e);
        } finally {
            if (descriptor >= 0) close(descriptor);
        }
    }

    /**
     * Makes the sysfs of the calling thread's network namespace writable, and leaves the mounts that there are as they
     * are; for a {@link ThrowAwayThread} alone, which it gives mounts of its own.
     */
    static void makeSysWritable() {
        try {
            unshare(CLONE_NEWNS);
            mount(null, "/", null, MS_REC | MS_PRIVATE, null);
            mount("sysfs", "/sys", "sysfs", SYS_FLAGS, null);
            mount(null, "/sys", null, MS_REMOUNT | SYS_FLAGS, null);
        } catch (LastErrorException e) {
            throw Fault.failed("make the /sys of a pod's network writable", e);
        }
    }

    /** @param answer gets a struct statvfs */
    static void look(Path filesystem, byte[] answer) {
        try {
            statvfs(filesystem.toString(), answer);
        } catch (LastErrorException e) {
            throw Fault.failed("look at the filesystem of " + filesystem, e);
        }
    }

    private static native int mount(
            @Nullable String source, String target, @Nullable String type, long flags, @Nullable String data)
            throws LastErrorException;

    private static native int umount2(String target, int flags) throws LastErrorException;

    private static native int open(String path, int flags) throws LastErrorException;

    private static native int close(int descriptor) throws LastErrorException;

    private static native int setns(int descriptor, int kind) throws LastErrorException;

    private static native int statvfs(String path, byte[] answer) throws LastErrorException;

    private static native int unshare(int kinds) throws LastErrorException;
}
