package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mounting and unmounting (mount(2), umount2(2)) in the calling thread's mount namespace. Throws Fault Failed or
 * Exhausted with the errno in its text.
 */
public final class Mounts {
    private static final int CLONE_FS = 0x200;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    static {
        Libc.bind(Mounts.class);
    }

    private Mounts() {}

    /** Flags of mount(2), from linux/mount.h. */
    public enum Flag {
        READ_ONLY(1),
        NO_SUID(2),
        NO_DEV(4),
        NO_EXEC(8),
        REMOUNT(32),
        NO_ATIME(1024),
        BIND(4096),
        MOVE(8192),
        RECURSIVE(16384),
        UNBINDABLE(1 << 17),
        PRIVATE(1 << 18),
        SLAVE(1 << 19),
        SHARED(1 << 20),
        RELATIVE_ATIME(1 << 21);

        private final int bit;

        Flag(int bit) {
            this.bit = bit;
        }
    }

    /**
     * Mounts a new filesystem.
     *
     * @param source device or any word, as the filesystem wants it
     * @param data options of the filesystem, at most one page
     */
    public static void mount(String source, Path target, String type, Set<Flag> flags, String data) {
        call("mount " + type + " on " + target, source, target.toString(), type, flags, data);
    }

    /** Shows {@code source}, a file or a directory, at {@code target} too; not what is mounted below it. */
    public static void bind(Path source, Path target) {
        String doing = "bind mount " + source + " on " + target;
        call(doing, source.toString(), target.toString(), null, Set.of(Flag.BIND), null);
    }

    /** Changes propagation or, with REMOUNT, the options of a mount that is there. */
    public static void change(Path target, Set<Flag> flags) {
        call("change mount " + target + " to " + flags, null, target.toString(), null, flags, null);
    }

    /** Unmounts what is at {@code target} now, and at once: users keep it until they let go. Symlinks are refused. */
    public static void detach(Path target) {
        unmount(target, MNT_DETACH | UMOUNT_NOFOLLOW);
    }

    /** Unmounts; fails with EBUSY while the mount is in use. Symlinks are refused. */
    public static void unmount(Path target) {
        unmount(target, UMOUNT_NOFOLLOW);
    }

    /**
     * Detaches every mount at {@code target} (they can be stacked).
     *
     * @return false if nothing was mounted there, or the path does not exist
     */
    public static boolean detachAll(Path target) {
        boolean any = false;
        while (true) {
            try {
                umount2(target.toString(), MNT_DETACH | UMOUNT_NOFOLLOW);
                any = true;
            } catch (LastErrorException e) {
                // EINVAL: no mount point (umount2(2)); a missing path has no mount either.
                if (e.getErrorCode() == Errno.EINVAL || e.getErrorCode() == Errno.ENOENT) return any;
                throw Errno.fault("unmount " + target, e);
            }
        }
    }

    /** Relative paths of the calling thread begin there from now on: only for a {@link ThrowAwayThread}. */
    public static void workIn(Path directory) {
        try {
            unshare(CLONE_FS);
            chdir(directory.toString());
        } catch (LastErrorException e) {
            throw Errno.fault("work in " + directory, e);
        }
    }

    private static void unmount(Path target, int flags) {
        try {
            umount2(target.toString(), flags);
        } catch (LastErrorException e) {
            throw Errno.fault("unmount " + target, e);
        }
    }

    private static void call(
            String doing,
            @Nullable String source,
            String target,
            @Nullable String type,
            Set<Flag> flags,
            @Nullable String data) {
        long bits = 0;
        for (Flag flag : flags) {
            bits |= flag.bit;
        }
        try {
            mount(source, target, type, bits, data);
        } catch (LastErrorException e) {
            throw Errno.fault(doing, e);
        }
    }

    private static native int mount(
            @Nullable String source, String target, @Nullable String type, long flags, @Nullable String data)
            throws LastErrorException;

    private static native int unshare(int flags) throws LastErrorException;

    private static native int chdir(String path) throws LastErrorException;

    private static native int umount2(String target, int flags) throws LastErrorException;
}
