package io.davit.backend.oci.namespaces;

import io.davit.backend.oci.files.PrivateFiles;
import io.davit.backend.oci.process.ProcessIdentity;
import io.davit.backend.oci.process.ProcessList;
import io.davit.backend.oci.syscall.Descriptor;
import io.davit.backend.oci.syscall.IsolatedSpawn;
import io.davit.backend.oci.syscall.MountTable;
import io.davit.backend.oci.syscall.NamespaceKind;
import io.davit.backend.oci.syscall.Signals;
import io.davit.backend.oci.syscall.Spawn;
import io.davit.core.domain.Fault;
import io.davit.core.domain.SandboxId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * PID 1 of a pod whose containers share a PID namespace: a namespace without a first process takes no other. It reaps
 * orphans (catatonit -P) and survives the daemon. Its first argument carries the sandbox's id, so that it is found even
 * when the daemon died before it could note the process id. In a pod with a user namespace that one must own the PID
 * namespace, or the pod could not mount /proc; see {@link OwnedHolder}.
 */
public final class PidNamespaceHolder {
    private static final String NAME = "davit-holder-";
    static final String PROGRAM = "catatonit";
    /** The kernel first ends every process of the namespace. */
    private static final Duration END_MAX = Duration.ofSeconds(10);

    private static final Duration EXEC_MAX = Duration.ofSeconds(10);
    /** The programs on the way to a holder start each other: one may come while another is killed. */
    private static final int ROUNDS_MAX = 5;

    private final Path root;

    /** @param root a directory that holds the program alone; see {@link #install} */
    public PidNamespaceHolder(Path root) {
        this.root = root;
    }

    /** Copies the program, which must be linked statically, to where it is all that a holder can see. */
    public static PidNamespaceHolder install(Path catatonit, Path directory) {
        try {
            copy(catatonit, directory);
            Path owned = ofOwned(directory);
            copy(catatonit, owned);
            OwnedHolder.furnish(owned);
            return new PidNamespaceHolder(directory);
        } catch (IOException e) {
            throw Fault.failed("copy " + catatonit + " to " + directory, e);
        }
    }

    private static void copy(Path catatonit, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path copy = directory.resolve(PROGRAM);
        if (Files.exists(copy) && Files.mismatch(copy, catatonit) < 0) return;
        // Renamed into place: a running holder keeps the old file.
        Path fresh = directory.resolve(PROGRAM + ".new");
        Files.copy(catatonit, fresh, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What holders in user namespaces see as their root; it has links that the others can do without. */
    private static Path ofOwned(Path directory) {
        return directory.resolveSibling(directory.getFileName() + "-owned");
    }

    /**
     * Starts the holder of a sandbox and pins its PID namespace.
     *
     * @param pins directory of the sandbox's pinned namespaces; the holder joins those that are there
     */
    public ProcessIdentity start(SandboxId id, Path pins) {
        MountTable mounts = MountTable.read();
        Map<NamespaceKind, Path> join = new EnumMap<>(NamespaceKind.class);
        for (NamespaceKind kind : List.of(NamespaceKind.NET, NamespaceKind.IPC, NamespaceKind.UTS)) {
            if (PinnedNamespaces.pinned(mounts, pins, kind)) join.put(kind, PinnedNamespaces.pin(pins, kind));
        }
        if (PinnedNamespaces.pinned(mounts, pins, NamespaceKind.USER)) {
            ProcessIdentity holder = new OwnedHolder(ofOwned(root)).start(NAME + id, pins, join);
            holdPid(holder.pid(), pins);
            return holder;
        }
        int pid;
        try (Descriptor nothing = Descriptor.devNull()) {
            int none = nothing.number();
            Spawn.Program program = new Spawn.Program(
                    Path.of("/", PROGRAM), List.of(NAME + id, "-P"), Map.of(), Path.of("/"), List.of(none, none, none));
            pid = IsolatedSpawn.start(program, root, join);
        }
        awaitArguments(pid);
        ProcessIdentity holder = ProcessIdentity.of(pid).orElseThrow(() -> died(pid));
        holdPid(pid, pins);
        return holder;
    }

    // A parent goes on before its child has the new arguments (fs/exec.c: begin_new_exec ends vfork(2), the loader sets
    // them later), by which alone the holder is found when anything fails from here on. Nothing announces them.
    private static void awaitArguments(long pid) {
        long end = System.nanoTime() + EXEC_MAX.toNanos();
        while (ProcessList.arguments(pid).isEmpty() && ProcessIdentity.of(pid).isPresent() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static void holdPid(long pid, Path pins) {
        PinnedNamespaces.hold(
                Path.of("/proc/" + pid, "ns", NamespaceKind.PID.file()), PinnedNamespaces.pin(pins, NamespaceKind.PID));
    }

    private Fault died(int pid) {
        int code = Spawn.reap(pid);
        return Fault.failed(
                "start the holder of the pod's PID namespace",
                root.resolve(PROGRAM) + " ended at once with code " + code + "; it must be linked statically");
    }

    /**
     * The holder of a sandbox, looked for among all processes; where the daemon died while it was starting, the programs
     * that were about to become it.
     */
    public static List<ProcessIdentity> find(SandboxId id) {
        return ProcessList.withArguments(
                arguments -> arguments.contains(NAME + id) || arguments.contains("/" + NAME + id));
    }

    /** Kills whatever {@link #find} finds, until it finds nothing more, and takes away what the start needed. */
    public void killAll(SandboxId id) {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            List<ProcessIdentity> found = find(id);
            if (found.isEmpty()) break;
            found.forEach(PidNamespaceHolder::kill);
        }
        PrivateFiles.delete(ofOwned(root).resolve(NAME + id));
    }

    /** Kills a holder, and by that every process of its PID namespace, and waits for the end. Idempotent. */
    public static void kill(ProcessIdentity holder) {
        holder.signal(Signals.KILL);
        if (holder.awaitEnd(END_MAX)) return;
        throw Fault.failed(
                "end the holder of a PID namespace",
                "process " + holder.pid() + " is still there " + END_MAX.toSeconds()
                        + " s after SIGKILL; a process of the pod hangs in the kernel (state D in ps)");
    }
}
