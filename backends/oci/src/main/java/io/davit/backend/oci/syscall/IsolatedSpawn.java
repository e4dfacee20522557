package io.davit.backend.oci.syscall;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.davit.core.domain.Fault;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Starts a program as PID 1 of a new PID namespace, in a mount namespace of its own that holds one read-only directory
 * and nothing else, without capabilities and without a way to new privileges. A container that shares the PID namespace
 * and may trace processes would else reach the host's files through /proc/1/root.
 */
public final class IsolatedSpawn {
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int MNT_DETACH = 2;

    static {
        Libc.bind(IsolatedSpawn.class);
    }

    private IsolatedSpawn() {}

    /**
     * Starts {@code program}, whose paths are meant inside {@code root}.
     *
     * @param root a directory of ours that holds all the program needs
     * @param join namespaces that it shall be in, as paths
     * @return its process id outside
     */
    public static int start(Spawn.Program program, Path root, Map<NamespaceKind, Path> join) {
        try (Spawn.Prepared prepared = Spawn.prepare(program);
                NativeText here = new NativeText(".")) {
            int error = ThrowAwayThread.call("isolated-spawn", () -> {
                join.forEach((kind, path) -> Namespaces.enter(path, kind));
                Namespaces.unshare(Set.of(NamespaceKind.MOUNT, NamespaceKind.PID));
                dropPrivilegesOfChildren();
                enclose(root, ".");
                // From here on nothing of the JVM may be opened by path: two native calls, and the thread ends.
                return umount2(here, MNT_DETACH) == 0 ? prepared.spawn() : Native.getLastError();
            });
            if (error != 0) throw Errno.fault("start " + program.program() + " in " + root, error);
            return prepared.pid();
        }
    }

    /**
     * Starts {@code program} in a mount namespace of its own, whose root is {@code root} with the host's files below
     * {@code host} in it: for programs that need the host's until they execute the one that stays. To be followed by
     * {@link #hideHost}.
     *
     * @param root has a directory {@code host}
     * @return its process id
     */
    public static int startBesideHost(Spawn.Program program, Path root, String host, Map<NamespaceKind, Path> join) {
        try (Spawn.Prepared prepared = Spawn.prepare(program)) {
            int error = ThrowAwayThread.call("isolated-spawn", () -> {
                join.forEach((kind, path) -> Namespaces.enter(path, kind));
                Namespaces.unshare(Set.of(NamespaceKind.MOUNT));
                enclose(root, host);
                return prepared.spawn();
            });
            if (error != 0) throw Errno.fault("start " + program.program() + " in " + root, error);
            return prepared.pid();
        }
    }

    /** Takes the host's files out of the mount namespace of process {@code pid}, which was started beside them. */
    public static void hideHost(long pid, String host) {
        ThrowAwayThread.call("hide-host", () -> {
            // A thread can enter a mount namespace only when it has a root and directory of its own (setns(2)).
            Namespaces.unshare(Set.of(NamespaceKind.MOUNT));
            Namespaces.enter(Path.of("/proc/" + pid, "ns", NamespaceKind.MOUNT.file()), NamespaceKind.MOUNT);
            Mounts.detach(Path.of("/", host));
            return pid;
        });
    }

    // pivot_root(2): with "." twice the old root is stacked on the new one, to be unmounted as ".".
    private static void enclose(Path root, String putOld) {
        Mounts.change(Path.of("/"), Set.of(Mounts.Flag.RECURSIVE, Mounts.Flag.PRIVATE));
        Mounts.bind(root, root);
        Mounts.change(
                root,
                Set.of(
                        Mounts.Flag.BIND,
                        Mounts.Flag.REMOUNT,
                        Mounts.Flag.READ_ONLY,
                        Mounts.Flag.NO_SUID,
                        Mounts.Flag.NO_DEV));
        try {
            chdir(root.toString());
            syscall(pivotRootNumber(), ".", putOld);
        } catch (LastErrorException e) {
            throw Errno.fault("change the root to " + root, e);
        }
    }

    // The bounding set limits what exec gives; that of this thread goes to its children only.
    private static void dropPrivilegesOfChildren() {
        try {
            for (int capability = 0; capability <= Capability.last(); capability++) {
                prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
            }
            prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        } catch (LastErrorException e) {
            throw Errno.fault("drop capabilities", e);
        }
    }

    private static long pivotRootNumber() {
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> 155;
            case "aarch64" -> 41;
            case String other ->
                throw new Fault(new Fault.Kind.Unsupported("the architecture " + other, "known: amd64, aarch64"));
        };
    }

    private static native int chdir(String path) throws LastErrorException;

    private static native long syscall(long number, String newRoot, String putOld) throws LastErrorException;

    private static native int prctl(int option, long a, long b, long c, long d) throws LastErrorException;

    private static native int umount2(Pointer target, int flags);
}
