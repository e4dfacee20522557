package io.davit.backend.oci.syscall;

import static io.davit.backend.oci.syscall.OpenFlags.O_CLOEXEC;
import static io.davit.backend.oci.syscall.OpenFlags.O_RDONLY;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a mount that is not attached anywhere yet (open_tree(2), Linux 5.2), which can show other owners than its
 * original (mount_setattr(2), Linux 5.12). Vanishes when it is closed unattached.
 */
public final class MountTree implements AutoCloseable {
    private static final long SYS_OPEN_TREE = 428;
    private static final long SYS_MOVE_MOUNT = 429;
    private static final long SYS_MOUNT_SETATTR = 442;
    private static final long AT_FDCWD = -100;
    private static final long AT_EMPTY_PATH = 0x1000;
    private static final long AT_RECURSIVE = 0x8000;
    private static final long OPEN_TREE_CLONE = 1;
    private static final long MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final long MOUNT_ATTR_IDMAP = 0x0010_0000;
    // struct mount_attr { u64 attr_set; u64 attr_clr; u64 propagation; u64 userns_fd; }
    private static final int MOUNT_ATTR_BYTES = 32;
    private static final int USERNS_FD_OFFSET = 24;

    static {
        Libc.bind(MountTree.class);
    }

    private final Path source;
    private final Descriptor tree;

    private MountTree(Path source, Descriptor tree) {
        this.source = source;
        this.tree = tree;
    }

    /** Of what is seen at {@code source}, a file or a directory, with all that is mounted below it. */
    public static MountTree copy(Path source) {
        long flags = OPEN_TREE_CLONE | AT_RECURSIVE | O_CLOEXEC;
        try (NativeText path = new NativeText(source.toString())) {
            return new MountTree(
                    source, new Descriptor((int) syscall(SYS_OPEN_TREE, AT_FDCWD, path, flags, Pointer.NULL, 0)));
        } catch (LastErrorException e) {
            throw Errno.fault("copy the mount of " + source, e);
        }
    }

    /**
     * Shows its files as owned by the ids that the user namespace maps theirs to: 0 on disk is the namespace's root.
     *
     * @param userNamespace its pin, or a file below /proc/PID/ns
     */
    public void shiftOwners(Path userNamespace) {
        try (Memory attributes = new Memory(MOUNT_ATTR_BYTES);
                NativeText nothing = new NativeText("");
                Descriptor namespace = new Descriptor(open(userNamespace.toString(), O_RDONLY | O_CLOEXEC))) {
            attributes.clear();
            attributes.setLong(0, MOUNT_ATTR_IDMAP);
            attributes.setLong(USERNS_FD_OFFSET, namespace.number());
            long flags = AT_EMPTY_PATH | AT_RECURSIVE;
            syscall(SYS_MOUNT_SETATTR, tree.number(), nothing, flags, attributes, MOUNT_ATTR_BYTES);
        } catch (LastErrorException e) {
            throw Errno.fault(
                    "map the owners of files in " + source
                            + " (its filesystem, or one mounted below it, may not know id-mapped mounts)",
                    e);
        }
    }

    /** Mounts it at {@code target}, a directory, or a file if the source is one. */
    public void attach(Path target) {
        try (NativeText nothing = new NativeText("");
                NativeText path = new NativeText(target.toString())) {
            syscall(SYS_MOVE_MOUNT, tree.number(), nothing, AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
        } catch (LastErrorException e) {
            throw Errno.fault("mount the copy of " + source + " on " + target, e);
        }
    }

    @Override
    public void close() {
        tree.close();
    }

    private static native int open(String path, int flags) throws LastErrorException;

    private static native long syscall(long number, long a, Pointer b, long c, @Nullable Pointer d, long e)
            throws LastErrorException;
}
