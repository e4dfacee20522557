package io.davit.backend.oci.namespaces;

import io.davit.backend.oci.syscall.Loopback;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.backend.oci.syscall.Mounts;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.backend.oci.syscall.Namespaces;
import io.davit.backend.oci.syscall.ThrowAwayThread;
import io.davit.core.domain.Fault;
import io.davit.core.domain.Namespaces.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Namespaces kept alive by bind mounts on files named after their kinds, in one directory per pod. */
public final class PinnedNamespaces {
    private static final Path IPC_SYSCTLS = Path.of("/proc/sys/kernel");
    private static final Path MQUEUE_SYSCTLS = Path.of("/proc/sys/fs/mqueue");
    private static final Set<Mounts.Flag> SYS_FLAGS =
            Set.of(Mounts.Flag.NO_SUID, Mounts.Flag.NO_DEV, Mounts.Flag.NO_EXEC);

    private PinnedNamespaces() {}

    /**
     * Makes and pins new namespaces. Half of them may stay when it throws; {@link #unpin} copes.
     *
     * @param directory exists; each pin becomes the file {@link #pin}
     * @param hostname for a new UTS namespace
     * @param sysctls paths below /proc/sys with their values, of the new namespaces only
     */
    public static void pin(Path directory, Set<NamespaceKind> kinds, String hostname, Map<Path, String> sysctls) {
        if (kinds.isEmpty()) return;
        ThrowAwayThread.call("pin-namespaces", () -> {
            Namespaces.unshare(kinds);
            furnish(kinds, hostname, sysctls);
            for (NamespaceKind kind : kinds) {
                hold(Path.of("/proc/thread-self/ns", kind.file()), pin(directory, kind));
            }
            return kinds;
        });
    }

    /** The same inside a new user namespace, which owns the others and is pinned too. */
    public static void pinOwned(
            Path directory, UserNamespace user, Set<NamespaceKind> kinds, String hostname, Map<Path, String> sysctls) {
        try (NewUserNamespace made = NewUserNamespace.make(user, kinds)) {
            hold(made.file(NamespaceKind.USER), pin(directory, NamespaceKind.USER));
            kinds.forEach(kind -> hold(made.file(kind), pin(directory, kind)));
        }
        ThrowAwayThread.call("furnish-namespaces", () -> {
            kinds.forEach(kind -> Namespaces.enter(pin(directory, kind), kind));
            Map<Path, String> ofOwner = new LinkedHashMap<>(sysctls);
            ofOwner.keySet().removeIf(file -> !file.startsWith(IPC_SYSCTLS) && !file.startsWith(MQUEUE_SYSCTLS));
            Map<Path, String> others = new LinkedHashMap<>(sysctls);
            others.keySet().removeAll(ofOwner.keySet());
            furnish(kinds, hostname, others);
            // Those of an IPC namespace are written by root of the user namespace, and by no other root (ipc_sysctl.c).
            if (!ofOwner.isEmpty()) Namespaces.actAs((int) user.uid().hostId());
            ofOwner.forEach(PinnedNamespaces::write);
            return kinds;
        });
    }

    private static void furnish(Set<NamespaceKind> kinds, String hostname, Map<Path, String> sysctls) {
        if (kinds.contains(NamespaceKind.UTS)) Namespaces.setHostname(hostname);
        if (kinds.contains(NamespaceKind.NET)) Loopback.raise();
        sysctls.forEach(PinnedNamespaces::write);
    }

    /**
     * Mounts the /sys of a pinned network namespace, writable. A network has one sysfs, and the flags of whoever mounts it
     * first hold for all (fs/kernfs/mount.c): left to containers, one with a read-only /sys would decide for the others.
     */
    public static void mountSys(Path network, Path target) {
        ThrowAwayThread.call("mount-sys", () -> {
            Namespaces.enter(network, NamespaceKind.NET);
            Mounts.mount("sysfs", target, "sysfs", SYS_FLAGS, "");
            return target;
        });
    }

    /** Pins a namespace that exists, e.g. {@code /proc/PID/ns/pid}. */
    public static void hold(Path namespace, Path pin) {
        try {
            Files.createFile(pin);
        } catch (IOException e) {
            throw Fault.failed("make the pin " + pin, e);
        }
        Mounts.bind(namespace, pin);
    }

    /** Where a namespace of {@code kind} is pinned in {@code directory}; such a path can be given to CNI and runtimes. */
    public static Path pin(Path directory, NamespaceKind kind) {
        return directory.resolve(kind.file());
    }

    /** Whether the pin is there and holds a namespace. */
    public static boolean pinned(MountTable mounts, Path directory, NamespaceKind kind) {
        return mounts.at(pin(directory, kind))
                .filter(entry -> entry.type().equals("nsfs"))
                .isPresent();
    }

    /** Lets go of whatever is pinned in {@code directory}. Idempotent. */
    public static void unpin(Path directory) {
        for (NamespaceKind kind : NamespaceKind.values()) {
            Path pin = pin(directory, kind);
            // Unmount before unlink: deleting a mount point would detach the mount in every mount namespace.
            Mounts.detachAll(pin);
            try {
                Files.deleteIfExists(pin);
            } catch (IOException e) {
                throw Fault.failed("delete the pin " + pin, e);
            }
        }
    }

    // /proc/sys shows the namespaces of the thread that opens the file.
    private static void write(Path file, String value) {
        try {
            Files.writeString(file, value);
        } catch (IOException e) {
            throw Fault.failed("set the sysctl " + file + " to '" + value + "'", e);
        }
    }
}
